"""Write tests/speech: single sentences said by espeak-ng, each a small file, and an index.json.

    .venv/bin/python tools/make_speech.py

Needs espeak-ng on the machine; the tests that use the recordings need nothing but the carried FFmpeg.
"""

import json
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from espeak import RATE, Voice, say
from train.sentences import known

FOLDER = Path(__file__).parent.parent / "tests" / "speech"

FAMILIAR = {
    "en": (
        Voice("en-us", 160, 50),
        Voice("en", 150, 45),
        Voice("en-us+f2", 165, 55),
        Voice("en+m3", 160, 40),
        Voice("en-us+m4", 145, 50),
    ),
    "fr": (
        Voice("fr", 160, 50),
        Voice("fr+m3", 150, 45),
        Voice("fr+m4", 165, 50),
        Voice("fr", 145, 35),
        Voice("fr+m1", 155, 55),
    ),
}
OTHER = {
    "en": (Voice("en-us+steph", 160, 50), Voice("en-gb-x-rp+f5", 150, 50), Voice("en-us+robert", 165, 45)),
    "fr": (Voice("fr+m5", 160, 50), Voice("fr-ch+ed", 150, 45)),
}
SAID = {
    "en": """
        How did you build a kitchen?
        We started with twelve families in Toronto.
        In Detroit we repair the bicycles every week.
        The sharing economy began in San Francisco after the crisis.
        My neighbour wanted to open a library last year.
        There is no boss here because nobody owns it.
        It is simple because we trust each other.
        Now there are two hundred members.
        Why do people share the tools in London?
        The teachers said that nothing was easy.
        We need forty hours to clean the boats.
        Tell me about the books in Helsinki.
        People were happy and the mayor helped us.
        On Sunday the students came to paint a theatre.
        I think a farmer should grow the food.
        We cook the recipes with two friends.
        I was afraid at first.
        What happened two years ago?
        My sister can borrow a car because it is cheaper.
        My name is on the door of a library.
        The drivers wanted to save the energy in the winter.
        We learned a lot and my team helped us.
        In Barcelona we film the land at night.
        It changed my life.
        A baker can teach the recipes because it works.
        We made mistakes.
        The community said that it was very hard.
        Now there are fifteen gardens.
    """,
    "fr": """
        Comment voulez-vous ouvrir un atelier?
        On a commencé avec sept familles à Paris.
        À Milan on peut réparer les vélos chaque semaine.
        Il n'y a pas de chef ici parce que nous avons confiance.
        Maintenant il y a quarante jardins.
        C'était très difficile.
        À Helsinki on peut acheter les livres en hiver.
        Une amie peut prêter une voiture parce que ça marche.
        Nous voulons partager la terre avec mon voisin.
        Je pense que la mairie doit sauver les livres.
        C'est possible parce que la loi a changé.
        Il faut cent heures pour construire un bateau.
        Nous avons beaucoup appris et la communauté nous a aidés.
        Que se passe-t-il le dimanche?
        Pourquoi louer une chambre à Londres?
        Le soir ma sœur vient préparer les recettes.
        J'aime cette rue et mon équipe nous a aidés.
        À Rome on peut trouver une maison après la crise.
        Tout le monde peut cultiver un jardin parce que c'est simple.
        Ça a changé ma vie.
        Maintenant il y a mille visiteurs.
        Un boulanger peut vendre les outils parce que c'est moins cher.
    """,
}


def sentences(language: str) -> list[str]:
    """Return what is said in that language, in order.

    Raises:
        ValueError: where the tiny model was never taught to hear one of them.
    """
    lines = [line.strip() for line in SAID[language].strip().splitlines()]
    if strange := [line for line in lines if not known(line, language)]:
        raise ValueError(f"the tiny model does not know: {strange}")
    return lines


def chosen(language: str, place: int) -> tuple[Voice, bool]:
    """Return the voice of the sentence at that place, and whether the tiny model knows it (two in three)."""
    familiar = place % 3 != 2
    voices = (FAMILIAR if familiar else OTHER)[language]
    return voices[(place // 3 if not familiar else place - place // 3) % len(voices)], familiar


def write(path: Path, speech: np.ndarray) -> None:
    """Write samples as Opus, a tenth of the size of FLAC and heard the same."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-y",
        "-f",
        "s16le",
        "-ar",
        str(RATE),
        "-ac",
        "1",
    ]
    command += ["-i", "pipe:0", "-c:a", "libopus", "-b:a", "24k", "-application", "voip"]
    command += ["-fflags", "+bitexact", "-flags", "+bitexact", str(path)]
    subprocess.run(command, input=speech.astype("<i2").tobytes(), check=True)


def main() -> None:
    """Write the recordings and their index."""
    FOLDER.mkdir(exist_ok=True)
    index = []
    for language in SAID:
        for place, text in enumerate(sentences(language)):
            voice, familiar = chosen(language, place)
            name = f"{language}-{place + 1:02}.opus"
            write(FOLDER / name, say(text, voice))
            index.append(
                {"file": name, "text": text, "language": language, "voice": voice.name, "familiar": familiar}
            )
    text = json.dumps(index, ensure_ascii=False, indent=1) + "\n"
    (FOLDER / "index.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
