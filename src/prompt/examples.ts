/**
 * Sentences to start from. Only those whose scene family the loaded pack learned are offered, so that a first click never disappoints.
 * Their words are ones the captions in models/kinora/world use.
 */
import { m } from '../i18n/paraglide/messages.js'

export interface Example {
  family: string
  prompt: () => string
}

/** The most striking first. */
const EXAMPLES: Example[] = [
  { family: 'balls', prompt: m.example_balls_rubber },
  { family: 'talk', prompt: m.example_talk_says },
  { family: 'fireworks', prompt: m.example_fireworks_words },
  { family: 'pair', prompt: m.example_pair_fire },
  { family: 'pendulum', prompt: m.example_pendulum_cradle },
  { family: 'chimes', prompt: m.example_chimes_xylophone },
  { family: 'explosion', prompt: m.example_explosion_far },
  { family: 'cars', prompt: m.example_cars_horn },
  { family: 'dress', prompt: m.example_dress_sea },
  { family: 'campfire', prompt: m.example_campfire_sea },
  { family: 'thunder', prompt: m.example_thunder_city },
  { family: 'flag', prompt: m.example_flag_wind },
  { family: 'waves', prompt: m.example_waves_rough },
  { family: 'water', prompt: m.example_water_float },
  { family: 'fireworks', prompt: m.example_fireworks_city },
  { family: 'basketball', prompt: m.example_basketball },
  { family: 'footsteps', prompt: m.example_footsteps_snow },
  { family: 'balls', prompt: m.example_balls_pair },
  { family: 'pair', prompt: m.example_pair_then },
  { family: 'talk', prompt: m.example_talk_whispers },
  { family: 'pendulum', prompt: m.example_pendulum_clock },
  { family: 'chimes', prompt: m.example_chimes_drum },
  { family: 'flag', prompt: m.example_flag_striped },
  { family: 'thunder', prompt: m.example_thunder_sea },
  { family: 'water', prompt: m.example_water_sink },
  { family: 'balls', prompt: m.example_balls_metal },
  { family: 'balls', prompt: m.example_balls_paper },
  { family: 'pendulum', prompt: m.example_pendulum_ball },
  { family: 'cars', prompt: m.example_cars_hills },
  { family: 'campfire', prompt: m.example_campfire_snow },
  { family: 'waves', prompt: m.example_waves_calm },
  { family: 'fireworks', prompt: m.example_fireworks_hills },
  { family: 'explosion', prompt: m.example_explosion_snow },
  { family: 'dress', prompt: m.example_dress_city },
  { family: 'basketball', prompt: m.example_basketball_miss },
  { family: 'footsteps', prompt: m.example_footsteps_gravel },
]

/** Up to `limit` examples for the given families, taking turns between families. */
export function examplesFor(families: readonly string[], limit: number): Example[] {
  const turns = new Map<string, number>()
  const learned = EXAMPLES.filter(({ family }) => families.includes(family)).map((example) => {
    const turn = turns.get(example.family) ?? 0
    turns.set(example.family, turn + 1)
    return { example, turn }
  })
  return learned
    .toSorted((a, b) => a.turn - b.turn)
    .map(({ example }) => example)
    .slice(0, limit)
}
