/**
 * Sentences to start from. Only those whose scene family the loaded pack learned are offered, so that a first click never disappoints.
 * Their words are ones the captions in models/kinora/world use.
 */
import { m } from '../i18n/paraglide/messages.js'

export interface Example {
  family: string
  prompt: () => string
}

/** In each family the one to show first comes first. */
const EXAMPLES: Example[] = [
  { family: 'balls', prompt: m.example_balls_rubber },
  { family: 'balls', prompt: m.example_balls_metal },
  { family: 'balls', prompt: m.example_balls_pair },
  { family: 'balls', prompt: m.example_balls_paper },
  { family: 'basketball', prompt: m.example_basketball },
  { family: 'basketball', prompt: m.example_basketball_miss },
  { family: 'water', prompt: m.example_water_float },
  { family: 'water', prompt: m.example_water_sink },
  { family: 'thunder', prompt: m.example_thunder_city },
  { family: 'thunder', prompt: m.example_thunder_sea },
  { family: 'footsteps', prompt: m.example_footsteps_snow },
  { family: 'footsteps', prompt: m.example_footsteps_gravel },
  { family: 'fireworks', prompt: m.example_fireworks_city },
  { family: 'fireworks', prompt: m.example_fireworks_hills },
]

/** Up to `limit` examples for the given families, taking turns between families. */
export function examplesFor(families: readonly string[], limit: number): Example[] {
  const queues = families.map((family) => EXAMPLES.filter((example) => example.family === family))
  const longest = Math.max(0, ...queues.map((queue) => queue.length))
  return Array.from({ length: longest }, (_, turn) => queues.flatMap((queue) => queue.slice(turn, turn + 1)))
    .flat()
    .slice(0, limit)
}
