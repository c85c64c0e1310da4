"""What a simulated clip is: geometry, a scene's state over time, and the batch that training sees.

A scene family simulates its physics on a fine clock (`SUBSTEPS` a second), and everything else is read off that one record: pictures at any
size and any frames, the sound, the world-state tokens and the captions. World units: the picture is 1 × 1, y up; `METRES` a picture side.
"""
from dataclasses import dataclass, field

import torch

FPS, SECONDS, RATE = 16, 2, 16000
FRAMES = FPS * SECONDS
SUB = 32                                   # physics steps a frame
SUBSTEPS = FPS * SUB                       # physics steps a second
STEPS = SUBSTEPS * SECONDS                 # physics steps a clip
DT = 1 / SUBSTEPS
SAMPLES = RATE * SECONDS
METRES = 2.0                               # metres a picture side
GRAVITY = 9.81 / METRES                    # picture sides / s²
SPEED_OF_SOUND = 343.0                     # m/s

OBJECTS, STATE_RATE = 4, 8                 # tracked objects; state tokens a second
FEATURES = ('voice', 'breath', 'hiss', 'f1', 'f2', 'f3', 'centre', 'pitch', 'open', 'spread')    # how a mouth stands and sounds, a mel frame (speech.py)
SPEECH = 12                                # numbers a mel frame: FEATURES, then spare ones
STATE_TOKENS = STATE_RATE * SECONDS

FAMILIES = ['balls', 'basketball', 'water', 'thunder', 'footsteps', 'fireworks', 'pendulum', 'chimes', 'cars', 'campfire', 'waves', 'explosion', 'flag', 'dress', 'pair', 'talk']
COLOURS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink', 'white']
MATERIALS = ['rubber', 'metal', 'wood', 'glass']
GROUNDS = ['wood', 'stone', 'grass', 'ice', 'snow', 'gravel', 'court', 'water', 'sand', 'road']
PLACES = ['room', 'hills', 'city', 'sea']
TIMES = ['day', 'sunset', 'night']
STYLES = ['flat', 'noir', 'neon', 'paper']
CAMERAS = ['still', 'pan', 'zoom', 'shake', 'follow']
OUTCOMES = ['none', 'float', 'sink', 'score', 'miss', 'near', 'far', 'single', 'double', 'pendulum', 'cradle', 'clock', 'drum', 'xylophone', 'horn', 'calm', 'rough', 'speaks', 'whispers']
KINDS = ['ball', 'pendulum', 'drum', 'campfire']   # of things that are met in pairs
RELATIONS = ['left', 'right', 'behind', 'then']     # of the first to the second
LOOKS = dict(hair=['black', 'umber', 'brown', 'ginger', 'blond', 'grey'], cut=['short', 'long', 'bun', 'curly'], skin=['pale', 'light', 'olive', 'brown', 'dark'],
             glasses=['no', 'yes'], beard=['no', 'yes'], parting=['left', 'right'])       # of a face; what is not in the state the net can only mix
ATTRIBUTES = dict(family=FAMILIES, colour=COLOURS, material=MATERIALS, ground=GROUNDS, place=PLACES, time=TIMES, style=STYLES,
                  camera=CAMERAS, outcome=OUTCOMES, colour2=COLOURS, material2=MATERIALS, count=['none', 'one', 'two'],
                  first=KINDS, second=KINDS, relation=RELATIONS, person=['man', 'woman', 'child'], echo=['dry', 'hall', 'alley'], **LOOKS)
LATER = list(ATTRIBUTES)[list(ATTRIBUTES).index('first'):]   # settled by Bayes' rule (net.Classes)

# A world-state token: numbers an object, then by name how many numbers. `setting`: where light and hills stand; `kind`: ATTRIBUTES, one-hot.
OBJECT_DIM = 10
PARTS = dict(objects=OBJECTS * OBJECT_DIM, camera=3, flash=1, impacts=4, loud=4, drift=3, setting=7, kind=sum(map(len, ATTRIBUTES.values())))
STATE_DIM = 208                            # the rest is spare: attributes may still be added at the end of their lists
KIND, ABSENT = 1.2, -.15                   # what an attribute that holds counts for; what stands there where one does not
WIDTH, PAIR = STEPS // STATE_TOKENS, STEPS // FRAMES // 2   # physics steps a token; from its middle to its two frames

# Combinations that training never sees: evaluation asks whether the parts were learned apart.
HELD_OUT = [('green', 'glass'), ('purple', 'wood'), ('orange', 'metal'), ('pink', 'rubber')]
# (first, second, relation); the first two are one picture, which training never sees, said in two ways.
HELD_OUT_PAIRS = [('campfire', 'pendulum', 'left'), ('pendulum', 'campfire', 'right'), ('drum', 'ball', 'right'), ('pendulum', 'drum', 'behind'), ('ball', 'pendulum', 'then'), ('drum', 'campfire', 'then')]


@dataclass
class Scene:
    """A simulated batch. Tracks are sampled on the fine clock; `attributes` are indices into ATTRIBUTES, −1 where one does not apply."""
    family: str
    attributes: dict                       # name -> [B] long
    camera: torch.Tensor                   # [B, STEPS, 3] centre x, y and zoom
    position: torch.Tensor                 # [B, OBJECTS, STEPS, 2]
    velocity: torch.Tensor                 # [B, OBJECTS, STEPS, 2] picture sides / s
    size: torch.Tensor                     # [B, OBJECTS] radius; 0 where there is no object
    hits: torch.Tensor                     # [B, OBJECTS, STEPS] strength 0…1 of a contact that sounds, at the step where it is heard
    flash: torch.Tensor                    # [B, STEPS] light of lightning or of an explosion, 0…1
    own: dict = field(default_factory=dict)  # what the family itself needs to draw and sound

    @property
    def batch(self): return self.camera.shape[0]

    @property
    def device(self): return self.camera.device


def take(scene, part):
    """Some clips of a scene: `part` is a slice or an index tensor over the batch. Everything batched is cut, in `own` too."""
    B = scene.batch
    cut = lambda v: {k: cut(x) for k, x in v.items()} if isinstance(v, dict) else v[part] if torch.is_tensor(v) and v.dim() and v.shape[0] == B else v
    return Scene(scene.family, *(cut(getattr(scene, k)) for k in ('attributes', 'camera', 'position', 'velocity', 'size', 'hits', 'flash', 'own')))


@dataclass
class Clips:
    video: torch.Tensor                    # [B, K, 3, H, W] 0…1
    wave: torch.Tensor                     # [B, SAMPLES] −1…1
    state: torch.Tensor                    # [B, STATE_TOKENS, STATE_DIM] about unit variance
    attributes: torch.Tensor               # [B, len(ATTRIBUTES)] long, −1 where none
    captions: list                         # B pairs (text, names of the attributes that the text mentions)
    scene: Scene


def draw_attribute(name, options, B, device, weights=None):
    """-> [B] long: indices of `options` (names) within ATTRIBUTES[name], drawn independently."""
    ids = torch.tensor([ATTRIBUTES[name].index(o) for o in options], device=device)
    p = torch.ones(len(options)) if weights is None else torch.tensor(weights, dtype=torch.float)
    return ids[torch.multinomial(p, B, replacement=True).to(device)]


def held_out(colour, material):
    """[B] bool: is this pair of indices one that training must not see?"""
    m = torch.zeros_like(colour, dtype=torch.bool)
    for c, k in HELD_OUT: m |= (colour == COLOURS.index(c)) & (material == MATERIALS.index(k))
    return m


def held_out_pair(first, second, relation):
    """[B] bool: is this combination of indices one that training must not see?"""
    m = torch.zeros_like(first, dtype=torch.bool)
    for f, s, r in HELD_OUT_PAIRS: m |= (first == KINDS.index(f)) & (second == KINDS.index(s)) & (relation == RELATIONS.index(r))
    return m


def part(state, name):
    """One part (PARTS) of state tokens [..., STATE_DIM]."""
    names = list(PARTS)
    start = sum(PARTS[n] for n in names[:names.index(name)])
    return state[..., start:start + PARTS[name]]


def state_tokens(scene, wave):
    """World-state tokens [B, STATE_TOKENS, STATE_DIM], one for every two frames. An object's numbers: there, x, y, vx, vy, radius, strength and phase of its contact, cosine and
    sine of its turn. Place and speed are those of the two frames: their mean, and their difference by their time apart, so that a frame's place is exact even beside a contact."""
    B, device = scene.batch, scene.device
    mid = torch.arange(STATE_TOKENS, device=device) * WIDTH + WIDTH // 2
    there = (scene.size > 0).float()[:, :, None].expand(-1, -1, STATE_TOKENS)
    two = lambda track: ((track[..., mid - PAIR, :] + track[..., mid + PAIR, :]) / 2, track[..., mid + PAIR, :] - track[..., mid - PAIR, :])
    p, v = two(scene.position)
    p, v = p - .5, (v * (SUBSTEPS / (2 * PAIR))).clamp(-3.6, 3.6)                               # a wave that begins anew leaps
    bins = scene.hits.reshape(B, OBJECTS, STATE_TOKENS, WIDTH)
    strength, at = bins.max(-1)
    phase = torch.where(strength > 0, at.float() / WIDTH - .5, torch.zeros_like(strength))
    turn = scene.own.get('turn', torch.zeros(B, 0, STEPS, device=device))
    turn = torch.cat([turn, torch.zeros(B, OBJECTS - turn.shape[1], STEPS, device=device)], 1)[:, :, mid]
    present = (there > 0).float()
    objects = torch.stack([there * 2 - 1, *(x * present for x in (p[..., 0] * 3, p[..., 1] * 3, v[..., 0] / 1.2, v[..., 1] / 1.2, (scene.size[:, :, None] - .09) * 25)),
                           strength.sqrt() * 3, phase * 3, turn.cos() * present, turn.sin() * present], -1)
    camera, drift = two(scene.camera)
    camera = (camera - torch.tensor([.5, .5, 1.], device=device)) * 10
    flash = scene.flash.reshape(B, STATE_TOKENS, WIDTH).amax(-1, keepdim=True) * 2
    impacts = scene.hits.amax(1).reshape(B, STATE_TOKENS, 4, -1).amax(-1).sqrt() * 3
    loud = torch.log10(wave.reshape(B, STATE_TOKENS, 4, -1).pow(2).mean(-1).sqrt() + 1e-3) + 2
    s = scene.own['seed'] % 1
    setting = torch.stack([(s - .5) * 3, *(f(s * k) for k in (20., 34., 40.) for f in (torch.cos, torch.sin))], -1)
    kind = torch.cat([(scene.attributes.get(n, torch.full((B,), -1, device=device))[:, None] == torch.arange(len(values), device=device)) * KIND + ABSENT for n, values in ATTRIBUTES.items()], 1)
    every = lambda x: x[:, None].expand(-1, STATE_TOKENS, -1)
    out = torch.cat([objects.permute(0, 2, 1, 3).flatten(2), camera, flash, impacts, loud, drift * 40, every(setting), every(kind)], -1)
    return torch.nn.functional.pad(out, (0, STATE_DIM - out.shape[-1]))
