"""What is taken as a clip: containers, decoders, and the most that one may claim of itself."""

# What cameras, recorders and telephones write, and our own renditions. A playlist (hls, concat, dash, sdp) is
# no clip: it makes ffmpeg open other files, which a protocol whitelist alone does not stop.
FORMATS = (
    "mov,matroska,mxf,avi,mpegts,mpeg,mpegvideo,dv,gxf,asf,flv,"
    "wav,w64,aiff,caf,flac,mp3,aac,ac3,amr,ogg,au,wv"
)
PROTOCOLS = "file,pipe"

# ffmpeg knows 550 decoders; most are for games and old web pages, seldom looked at, and a hostile file may name
# any of them. These are what footage and recordings are written with; a system has not all of them.
_PICTURE = """
h264 libopenh264 hevc vvc av1 libdav1d libaom-av1 apv prores prores_raw dnxhd cfhd jpeg2000 mjpeg mjpegb dvvideo
mpeg1video mpeg2video mpegvideo mpeg4 msmpeg4v1 msmpeg4v2 msmpeg4 h263 h263i h263p flv vc1 wmv1 wmv2 wmv3 vp6 vp6f
vp8 vp9 libvpx libvpx-vp9 theora ffv1 ffvhuff huffyuv utvideo magicyuv v210 v410 r210 rawvideo qtrle svq1 svq3
cinepak png hap speedhq notchlc cllc avui
"""
_SOUND = """
aac aac_fixed aac_latm ac3 ac3_fixed eac3 alac als amrnb amrwb libopencore_amrnb libopencore_amrwb dca mlp truehd
dolby_e dvaudio flac gsm gsm_ms mp1 mp1float mp2 mp2float mp3 mp3float mp3adu opus libopus qdm2 s302m speex tta
vorbis libvorbis wavpack wmav1 wmav2 wmapro wmalossless wmavoice adpcm_ima_qt adpcm_ima_wav adpcm_ms adpcm_g726
g722 g726 g726le adpcm_swf adpcm_yamaha nellymoser mace3 mace6
pcm_alaw pcm_mulaw pcm_bluray pcm_dvd pcm_s8 pcm_u8 pcm_s8_planar pcm_s16be pcm_s16le pcm_s16be_planar
pcm_s16le_planar pcm_s24be pcm_s24le pcm_s24le_planar pcm_s24daud pcm_s32be pcm_s32le pcm_s32le_planar pcm_s64be
pcm_s64le pcm_u16be pcm_u16le pcm_u24be pcm_u24le pcm_u32be pcm_u32le pcm_f16le pcm_f24le pcm_f32be pcm_f32le
pcm_f64be pcm_f64le pcm_lxf
"""
DECODERS = frozenset(f"{_PICTURE} {_SOUND}".split())

MOST_PIXELS = 80_000_000  # of a picture; the largest that a camera writes as video is 12288 x 6480
MOST_STREAMS = 128  # of a file; MXF with a stream for each of 32 channels is the most that was seen
LONGEST = 24 * 3600  # seconds of a clip; cameras and recorders begin a new file long before
# Bytes a second and channel. A telephone's slowest, AMR at 4.75 kbit/s, is six hundred: what is far below that
# holds nothing, whatever length it claims.
THINNEST = 100
