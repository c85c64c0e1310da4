"""The measures of speaking tell the simulator's own films from films that were told to say something else."""
import numpy as np
import torch

from .measures import talk
from .measures.prompts import prompts, simulated, simulated_sound


def test_films_are_told_from_those_that_say_something_else():
    torch.set_num_threads(1)
    told = prompts(['talk'], 6)
    films = [simulated(p) for p in told]

    def medians(shift):
        found = []
        for i, (video, wave) in enumerate(films):
            p = told[(i + shift) % len(told)]
            found.append(talk.follows(video.float() / 255, wave, p.scene.own['tracks'][0], simulated_sound(p)))
        return [float(np.median([x for x in column if x is not None])) for column in zip(*found)]
    (lips, voice, spectrum), (other_lips, other_voice, other_spectrum) = medians(0), medians(1)
    assert lips > other_lips + .05 and voice > .6 > other_voice + .2 and spectrum < .01 < 5 < other_spectrum
