"""Speech: phones become smooth tracks of articulation, and tracks become sound, by a formant synthesiser (Klatt, JASA 67, 1980) that a whole batch goes through at once.

    lines = random_lines(16, 'cpu')          # tracks [16, 128, 10], 64 frames a second; voice, whisper
    wave = voice(lines['tracks'])            # [16, SAMPLES]

A line is written in the phones of workers/generate/speech/phones.json: `hh ax l ow1 | w er1 l d .`, a vowel's stress behind it (1 main, 2 side), `|` between words, and the mark that
ends a phrase (`,` `.` `!` `?`). `lay` gives each part of each phone its place in time and its targets; `tracks` smooths these. workers/generate/speech/tracks.ts does the same.
"""
import argparse
import json
import math
import random
import wave as wav
from pathlib import Path

import torch

from .clip import RATE, SAMPLES

TABLE = json.loads((Path(__file__).parents[3] / 'workers/generate/speech/phones.json').read_text('utf8'))
PHONES, FEATURES, VOICES = TABLE['phones'], tuple(TABLE['features']), tuple(TABLE['voices'])
FRAME_RATE = TABLE['framesPerSecond']
HOP = RATE // FRAME_RATE
MEL_FRAMES = SAMPLES // HOP
MARKS = {',': .2, '.': .38, '!': .38, '?': .38}   # seconds of the pause behind a phrase
SYLLABIC = ('vowel', 'diphthong')
SHORT = .03                                       # a shorter part (a burst, a tap) keeps its length at any pace


def voiceless(phone): return phone['kind'] in ('plosive', 'fricative', 'affricate') and phone['parts'][0][1] == 0


def lay(line, voice='man', whisper=False, pace=1., pitch=None, formants=None, lively=1.):
    """-> starts [N], ends [N] (s; the first is −∞, the last ∞), targets [N][10], seconds. `pitch` (Hz) and `formants` (times a man's) are the voice's unless given; `lively` scales its melody."""
    pitch, formants = pitch or TABLE['voices'][voice]['pitch'], formants or TABLE['voices'][voice]['formants']
    phrases, word = [[[], '.']], 0
    for token in line.split():
        if token in MARKS:
            phrases[-1][1] = token
            phrases.append([[], '.'])
        if token == '|' or token in MARKS: word += 1
        else: phrases[-1][0].append((PHONES[token.rstrip('012')], int(token[-1]) if token[-1].isdigit() else 0, word))
    phrases = [p for p in phrases if p[0]]
    rows, t = [], 0.                              # a row: seconds, voice, breath, hiss, f1, f2, f3, centre, semitones, open, spread
    for k, (phones, mark) in enumerate(phrases):
        vowels = [i for i, (phone, _, _) in enumerate(phones) if phone['kind'] in SYLLABIC]
        accents = [i for i in vowels if phones[i][1] == 1]
        last = vowels[-1] if vowels else len(phones) - 1
        nucleus = accents[-1] if accents else last
        begin = len(rows)
        for i, (phone, stress, word) in enumerate(phones):
            same = lambda j: 0 <= j < len(phones) and phones[j][2] == word
            vowel = phone['kind'] in SYLLABIC
            if vowel: factor = (.8, 1.1, .95)[stress] * (1.3 if i == last else 1) * (.85 if same(i + 1) and voiceless(phones[i + 1][0]) else 1)
            else: factor = (.85 if any(same(j) and phones[j][0]['kind'] not in SYLLABIC for j in (i - 1, i + 1)) else 1) * (1.2 if i > last else 1)
            # Melody, in semitones: it declines, rises on accents, and its end is told by the mark.
            tone = 2.5 - 5 * i / max(len(phones) - 1, 1)
            if i in accents: tone += (4 if i == accents[0] else 3) * (1.4 if mark == '!' else 1)
            end = tone
            if mark == '?': tone, end = (tone, tone) if i < nucleus else (tone - 4 if i == nucleus else 2, 7 if i >= last else 1)
            elif mark == ',': end = tone + (3 if i >= last else 0)
            else: tone, end = tone - (1.5 if i > nucleus else 0), tone - (1.5 if i > nucleus else 0) - (2.5 if i >= last else 0)
            # Whose formants it leans to: the vowel beside it, or the nearest.
            near = None
            if not vowel:
                order = [i + 1, i - 1, *range(i + 2, len(phones)), *range(i - 2, -1, -1)]
                j = next((j for j in order if j in vowels), None)
                if j is not None: near = phones[j][0]['parts'][0 if j > i else -1]
            parts = phone['parts']
            if i == last and len(parts) == 1: parts = [[parts[0][0] / 2, *parts[0][1:]]] * 2
            for m, (seconds, voiced, breath, hiss, f1, f2, f3, centre, opened, spread, give) in enumerate(parts):
                if seconds >= SHORT: seconds = max(seconds * factor / pace, SHORT)
                if vowel: voiced *= (.88, 1, .94)[stress]
                if near:
                    f1, f2, f3 = (f + (n - f) * g for f, n, g in zip((f1, f2, f3), near[4:7], (give * give, give, give)))
                    opened, spread = (o + (n - o) * g for o, n, g in zip((opened, spread), near[8:10], phone['lips']))
                rows.append([seconds, voiced, breath, hiss, f1, f2, f3, centre or 1.3 * f2 if hiss else 0, tone if m < len(parts) - 1 else end, opened, spread])
        still = lambda row, seconds: [seconds, 0, 0, 0, *row[4:7], 0, row[8], 0, 0]
        rows.insert(begin, still(rows[begin], 0 if k == 0 else MARKS[phrases[k - 1][1]] / 2 / pace))
        rows.append(still(rows[-1], 0 if k == len(phrases) - 1 else MARKS[mark] / 2 / pace))
    for order in (range(len(rows) - 2, -1, -1), range(1, len(rows))):    # where nothing hisses the centre waits for what comes, or stays
        step = 1 if order.step < 0 else -1
        for i in order: rows[i][7] = rows[i][7] or rows[i + step][7]
    scale, starts, ends, targets = TABLE['scale'], [], [], []
    for seconds, voiced, breath, hiss, f1, f2, f3, centre, tone, opened, spread in rows:
        if whisper: voiced, breath, f1 = 0, max(breath, .85 * voiced), f1 * (1.1 if voiced else 1)
        starts.append(t)
        t += seconds
        ends.append(t)
        targets.append([voiced, breath, hiss, f1 * formants / scale['f1'], f2 * formants / scale['f2'], f3 * formants / scale['f3'], (centre or 4000) * formants ** .35 / scale['centre'],
                        math.log2(pitch / scale['pitch']) + tone * lively / 12, opened, spread])
    starts[0], ends[-1] = -math.inf, math.inf
    return starts, ends, targets, t


WIDTHS = [TABLE['smoothing'][name] for name in FEATURES]


def tracks(starts, ends, targets, offset, frames=MEL_FRAMES):
    """Targets [B, N, 10] held from starts to ends [B, N], smoothed by raised cosines as wide as each feature asks, at the frames' centres: frame k at k / 64 s, the line's beginning at offset [B] s."""
    t = torch.arange(frames, device=targets.device) / FRAME_RATE - offset[:, None]
    out = targets.new_empty(*t.shape, targets.shape[-1])

    def upto(x): return .5 + x + torch.sin(2 * math.pi * x) / (2 * math.pi)   # the raised cosine's integral, −½ … ½
    for width in set(WIDTHS):
        at = [i for i, w in enumerate(WIDTHS) if w == width]
        share = lambda edge: upto(((t[:, :, None] - edge[:, None]) / width).clamp(-.5, .5))
        out[..., at] = (share(starts) - share(ends)) @ targets[..., at]
    return out


# English onsets, nuclei and codas, then Indonesian ones: the commoner ones more than once.
ENGLISH = dict(
    onset='b d f g hh jh k l m n p r s sh t th dh v w y z ch - - b d dh dh w l m n r s t t k p hh k|r p|l b|l b|r g|r s|tt t|r f|l f|r s|l s|pp s|kk d|r p|r k|l s|w s|n s|tt|r'.split(),
    nucleus='iy ih eh ae aa ao ah uh uw er ay aw ey ow oy ih eh ah ay ey ow iy ae'.split(),
    weak='ax ax ax ih iy er ax'.split(),
    coda='- - - - n n tt d kk s z m l ll ng v r n|d n|tt s|tt k|s n|z l|d pp f sh jh ch th b g m|pp|s'.split())
INDONESIAN = dict(
    onset='b d g pp tt kk jh s m n l rr ny w y hh ch - m s tt kk pp b d l kh'.split(),
    nucleus='a a a a iy uw e o ay aw'.split(), weak='a a iy uw ax ax e o'.split(),
    coda='- - - - - n ng ng tt kk q m s rr l hh pp'.split())


def random_line(rng):
    """A line in phones that could be English or Indonesian, and means nothing."""
    english = rng.random() < .5
    table, out, mark = ENGLISH if english else INDONESIAN, [], 0
    pick = lambda name: [p for p in rng.choice(table[name]).split('|') if p != '-']
    words = rng.choice((1, 2, 2, 3, 3, 4, 5, 6, 8))
    for w in range(words):
        n = rng.choice((1, 1, 1, 2, 2, 3)) if english else rng.choice((1, 2, 2, 2, 3))
        main = rng.choice((0, 0, max(n - 2, 0))) if english else max(n - 2, 0)
        function = n == 1 and rng.random() < .4   # the, and, di, ke
        for s in range(n):
            stressed = s == main and not function
            out += pick('onset') + [rng.choice(table['nucleus' if stressed else 'weak']) + ('1' if stressed else '')]
            if s == n - 1 or rng.random() < .3: out += pick('coda')
        mark += 1
        ends = w == words - 1
        out.append(rng.choice('...??!') if ends else rng.choice(',,,.?') if mark > 2 and rng.random() < .3 else '|')
        if out[-1] != '|': mark = 0
    return ' '.join(out)


def random_lines(B, device='cpu', frames=MEL_FRAMES):
    """-> dict: tracks [B, frames, 10], voice [B] (index of VOICES), whisper [B] bool. Lines begin and end anywhere, inside the window or beyond it."""
    rng, laid, kind, whispers, window = random.Random(int(torch.randint(2 ** 31, ()))), [], [], [], frames / FRAME_RATE
    for _ in range(B):
        kind.append(rng.randrange(3))
        whispers.append(rng.random() < .15)
        own = TABLE['voices'][VOICES[kind[-1]]]
        starts, ends, targets, seconds = lay(random_line(rng), VOICES[kind[-1]], whispers[-1], rng.uniform(.8, 1.3), own['pitch'] * math.exp(rng.gauss(0, .1)), own['formants'] * math.exp(rng.gauss(0, .03)), rng.uniform(.5, 1.4))
        inside = rng.random() < .5 and seconds < window - .1
        offset = rng.uniform(.05, window - seconds) if inside else rng.uniform(.3 - seconds, window - .3)
        keep = [i for i, (a, b) in enumerate(zip(starts, ends)) if b + offset > -.1 and a + offset < window + .1]
        laid.append(([starts[i] + offset for i in keep], [ends[i] + offset for i in keep], [targets[i] for i in keep]))
    most = max(len(a) for a, _, _ in laid)
    padded = lambda j, empty: torch.tensor([x[j] + [empty] * (most - len(x[j])) for x in laid], device=device)   # what is empty begins and ends never
    out = tracks(padded(0, math.inf), padded(1, math.inf), padded(2, [0.] * len(FEATURES)), torch.zeros(B, device=device), frames)
    pitch = FEATURES.index('pitch')
    out[..., pitch] = out[..., pitch].clamp(-1.95, 1.95)                                   # nobody talks above 580 Hz
    return dict(tracks=out, voice=torch.tensor(kind, device=device), whisper=torch.tensor(whispers, device=device))


# The voice's own constants.
OPEN = .62                                        # of a period the glottis is open
TILT = 4500.                                      # Hz, of a man: above it the voice falls by another 6 dB an octave; a higher voice falls sooner
LEVELS = 2. ** torch.arange(1.5, 7.6, .25)        # harmonics in the tables of the pulse
STEP, WINDOW, FFT = 125, 250, 750                 # samples: the filter changes every 8 ms; its answer may last 31 ms


def pulses():
    """One period of the glottal flow's derivative (Klatt & Klatt, JASA 87, 1990), band-limited to LEVELS harmonics: [levels, 1025], the first sample repeated."""
    x = torch.arange(4096) / 4096
    flow = torch.where(x < OPEN, (x / OPEN) ** 2 - (x / OPEN) ** 3, torch.zeros(()))
    spectrum = torch.fft.rfft(flow.double())
    k = torch.arange(len(spectrum)).double()
    spectrum = spectrum * 1j * k
    keep = (1 - (k / LEVELS[:, None].double()) ** 8).clamp(min=0)          # soft, lest it rings
    y = torch.fft.irfft((spectrum * keep)[:, :513], 1024)
    y = (y / y[-1].pow(2).mean().sqrt()).float()
    return torch.cat([y, y[:, :1]], 1)


PULSES = pulses()


def resonators(f, width):
    """Denominators of digital resonators in a row (Klatt 1980), [..., n] Hz each -> ([..., 2n + 1] coefficients of one polynomial, gain that makes it 1 at 0 Hz)."""
    r = torch.exp(-math.pi * width / RATE)
    b, c = -2 * r * torch.cos(2 * math.pi * f / RATE), r * r
    row = torch.ones_like(f[..., :1])
    pad = torch.nn.functional.pad
    for i in range(f.shape[-1]): row = pad(row, (0, 2)) + pad(row, (1, 1)) * b[..., i:i + 1] + pad(row, (2, 0)) * c[..., i:i + 1]
    return row, (1 + b + c).prod(-1, keepdim=True)


def upsample(x, hop):                             # [B, T] at frames -> [B, T · hop], linear
    after = torch.cat([x[:, 1:], x[:, -1:]], 1)
    return (x[..., None] + (after - x)[..., None] * (torch.arange(hop, device=x.device) / hop)).flatten(1)


def slow_noise(B, N, every, device):              # unit variance, changing smoothly every so many samples
    return torch.nn.functional.interpolate(torch.randn(B, 1, N // every + 2, device=device), size=N, mode='linear')[:, 0] * 1.2


@torch.no_grad()
def voice(x, hop=HOP):
    """Tracks [B, T, 10] -> wave [B, T · hop]. A pulse train and breath go through the formants, hiss through a band of its own; the rest of the throat is as long as the pitch makes likely."""
    B, T, device, N = x.shape[0], x.shape[1], x.device, x.shape[1] * hop
    get = dict(zip(FEATURES, x.unbind(-1)))
    voiced, breath, hiss = (upsample(get[n].clamp(0, 1.2), hop) ** 2 for n in ('voice', 'breath', 'hiss'))
    scale = TABLE['scale']
    f0 = scale['pitch'] * 2 ** upsample(get['pitch'], hop) * (1 + .006 * slow_noise(B, N, 200, device) + .01 * slow_noise(B, N, 2000, device))
    phase = (f0.double() / RATE).cumsum(1).frac().float() * 1024
    level = ((torch.log2(.47 * RATE / f0) - 1.5) * 4).floor().clamp(0, len(LEVELS) - 1).long()
    i = phase.long().clamp(max=1023)
    flat, at = PULSES.to(device).flatten(), level * 1025 + i
    pulse = flat[at] + (flat[at + 1] - flat[at]) * (phase - i)
    noise = torch.randn(2, B, N + 1, device=device)
    noise = torch.stack([.8 * noise[0, :, 1:] + .6 * noise[0, :, :-1], noise[1, :, 1:]])  # breath is a little duller than hiss
    gate = 1 + .6 * torch.cos(2 * math.pi * phase / 1024) * (voiced > .01)
    source = voiced * (pulse * (1 + .03 * slow_noise(B, N, 300, device)) + .05 * noise[0] * gate) + breath * .36 * noise[0]
    frication = hiss * noise[1] * (1 - .4 * (voiced > .01) * torch.cos(2 * math.pi * phase / 1024))

    frames = N // STEP + 1
    cut = lambda s: torch.fft.rfft(torch.nn.functional.pad(s, (STEP, STEP)).unfold(1, WINDOW, STEP) * torch.hann_window(WINDOW, device=device), FFT)
    place = torch.arange(frames, device=device) * (STEP / hop)
    k = place.long().clamp(max=T - 1)
    track = lambda name: torch.lerp(get[name][:, k], get[name][:, (k + 1).clamp(max=T - 1)], place - k)
    f = torch.stack([track(n) * scale[n] for n in ('f1', 'f2', 'f3')], -1)
    f = f.clamp(min=torch.tensor([150., 450., 1000.], device=device), max=torch.tensor(7000., device=device))
    aspirated = (track('breath') / (track('voice') + track('breath') + .05))[..., None]
    width = torch.tensor([50., 50., 90.], device=device) + torch.tensor([.05, .035, .035], device=device) * f + aspirated * torch.tensor([180., 60., 60.], device=device)
    size = (scale['pitch'] * 2 ** get['pitch'].mean(1, keepdim=True) / 112) ** .25       # a higher voice has a shorter throat
    shut = ((280 - f[..., :1] / size[..., None]) / 60).clamp(0, 1)                        # so low a first formant has a mouth that is shut: what is above it is damped
    width = width + shut * torch.tensor([30., 60., 60.], device=device)
    row, gain = resonators(f, width)
    high = size * torch.tensor([3500., 4500., 5500., 6500., 7500.], device=device)
    upper, over = resonators(high.clamp(max=7900), 60 + high * .05 + (high - 7400).clamp(min=0) * 2)
    hertz = torch.fft.rfftfreq(FFT, 1 / RATE).to(device)
    throat = over / torch.fft.rfft(upper, FFT) / (1 + 1j * hertz / TILT * size ** 4)
    band = torch.log(hertz.clamp(min=60.) / (track('centre') * scale['centre']).clamp(600, 7600)[..., None])
    high_up = (track('centre') * 4 - 1).clamp(0, 1)[..., None]                             # a burst at the back of the mouth is compact
    blade = torch.exp(-.5 * (band / (torch.where(band < 0, .28, .38) * (.6 + .4 * high_up))) ** 2) / (.6 + .4 * high_up) + .03
    spectrum = cut(source) * (gain / torch.fft.rfft(row, FFT)) * throat[:, None] * .13 + cut(frication) * blade * .215
    pieces = torch.fft.irfft(spectrum, FFT).unflatten(-1, (FFT // STEP, STEP))           # [B, frames, 6, STEP]
    out = torch.zeros(B, frames + FFT // STEP, STEP, device=device)
    for j in range(FFT // STEP): out[:, j:j + frames] += pieces[:, :, j]
    return out.flatten(1)[:, STEP:STEP + N]


def speak(line, **how):                           # one line -> wave [samples]; for ears and measurements
    starts, ends, targets, seconds = lay(line, **how)
    frames = int((seconds + .3) * FRAME_RATE)
    one = lambda v: torch.tensor([v])
    return voice(tracks(one(starts), one(ends), one(targets), one(.15), frames))[0]


def write(path, wave):
    with wav.open(str(path), 'wb') as f:
        f.setparams((1, 2, RATE, 0, 'NONE', ''))
        f.writeframes((wave.clamp(-1, 1) * 32767).short().numpy().tobytes())


def main():
    p = argparse.ArgumentParser(description='Says lines that are written in phones, to be listened to.')
    p.add_argument('--phones', required=True, help='a file: a name, a tab and a line in phones on each line')
    p.add_argument('--out', required=True)
    p.add_argument('--voice', default='man', choices=VOICES)
    p.add_argument('--whisper', action='store_true')
    p.add_argument('--pace', type=float, default=1.)
    a = p.parse_args()
    Path(a.out).mkdir(parents=True, exist_ok=True)
    for row in Path(a.phones).read_text('utf8').splitlines():
        name, line = row.split('\t')
        write(Path(a.out) / f'{name}.wav', speak(line, voice=a.voice, whisper=a.whisper, pace=a.pace))


if __name__ == '__main__': main()
