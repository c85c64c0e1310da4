/** What the person prefers, kept between visits. */
import * as v from 'valibot'
import type { LoadOptions } from '../../workers/generate/types.ts'
import { readStored, writeStored } from '../lib/storage.ts'

const KEY = 'kinora.settings'

const Stored = v.object({
  theme: v.fallback(v.picklist(['system', 'light', 'dark']), 'system'),
  backend: v.fallback(v.picklist(['auto', 'wasm', 'webgpu']), 'auto'),
  volume: v.fallback(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.8),
  /** Whether films are signed with the words they were made from, and whether others may train models on them. */
  signPrompt: v.fallback(v.boolean(), false),
  allowTraining: v.fallback(v.boolean(), false),
  /** Small words in a corner of saved films; the invisible mark is there either way. */
  visibleMark: v.fallback(v.boolean(), false),
  /** The model that makes the films; '' for the standard one. */
  pack: v.fallback(v.pipe(v.string(), v.maxLength(64)), ''),
  /** Scene families of the pack used last: examples can stand there before it is loaded. */
  families: v.fallback(v.array(v.string()), []),
})

export type Theme = v.InferOutput<typeof Stored>['theme']
export type BackendChoice = LoadOptions['backend']

export class Settings {
  theme = $state<Theme>('system')
  backend = $state<BackendChoice>('auto')
  volume = $state(0.8)
  signPrompt = $state(false)
  allowTraining = $state(false)
  visibleMark = $state(false)
  pack = $state('')
  families = $state.raw<string[]>([])

  constructor() {
    Object.assign(this, v.parse(Stored, readStored(KEY) ?? {}))
  }

  /** Applies and keeps every change; call where effects may run. */
  keep(): void {
    $effect(() => {
      const { theme, backend, volume, signPrompt, allowTraining, visibleMark, pack, families } = this
      writeStored(KEY, { theme, backend, volume, signPrompt, allowTraining, visibleMark, pack, families })
    })
    $effect(() => {
      if (this.theme === 'system') delete document.documentElement.dataset['theme']
      else document.documentElement.dataset['theme'] = this.theme
    })
  }
}
