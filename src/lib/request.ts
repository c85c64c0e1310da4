/** A request as it is kept on this device: in the library, in films and in the queue. */
import * as v from 'valibot'

export const MediaRef = v.object({ id: v.string(), name: v.string(), kind: v.picklist(['film', 'image']), sha256: v.string() })

const Origin = v.object({
  how: v.picklist(['extend', 'remix', 'hold', 'frames', 'import']),
  prompt: v.string(),
  seed: v.number(),
  keep: v.optional(v.picklist(['nothing', 'picture', 'sound'])),
  strength: v.optional(v.number()),
  before: v.optional(v.boolean()),
  at: v.optional(v.picklist(['first', 'last', 'both'])),
  media: v.optional(MediaRef),
  end: v.optional(MediaRef),
})

export const StoredRequest = v.object({
  prompt: v.string(),
  written: v.optional(v.string()),
  negative: v.string(),
  seed: v.number(),
  draw: v.optional(v.number()),
  seconds: v.number(),
  steps: v.number(),
  from: v.optional(Origin),
  live: v.optional(v.array(v.object({ chunk: v.number(), second: v.number(), prompt: v.string(), written: v.optional(v.string()), negative: v.string() }))),
})
