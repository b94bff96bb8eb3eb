// What counts as the same word, as archive/catalogue/folding.py has it: a search inside an interview finds the same
// with and without scripts.

const LETTERS = { đ: "d", ð: "d", ø: "o", ł: "l", ħ: "h", ı: "i", ŧ: "t", æ: "ae", œ: "oe", þ: "th", ς: "σ" };
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\p{Cf}]/gu;
const APOSTROPHES = /[’‘ʼʹ`´′＇\u02bb\u201b\u055a\ua78c]/gu;
const NOT = /n't(?='*(?:$|[^\p{L}\p{M}\p{N}']))/gu;
// Written without spaces between words: each character is a token.
const ALONE = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3005-\\u3007\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
const TOKEN = new RegExp(`[${ALONE}]|(?:(?![${ALONE}])[\\p{L}\\p{M}\\p{N}])+`, "gu");

export function fold(text) {
  // Capitals and back is full case folding: ß becomes ss.
  const plain = text.replace(APOSTROPHES, "'").normalize("NFKD").toUpperCase().toLowerCase().normalize("NFKD");
  const bare = plain.replace(ACCENTS, "").normalize("NFC").replace(/[đðøłħıŧæœþς]/gu, (letter) => LETTERS[letter]);
  return bare.replace(NOT, "nt").match(TOKEN) ?? [];
}
