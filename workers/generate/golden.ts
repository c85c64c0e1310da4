/** The self-test at load: some drivers compute wrongly without an error, and the film would be noise. */
import type { Manifest } from '../packs/manifest'
import { output, readFloats, disposeAll, type GraphRunner } from './runner'
import { beginWindow, runStep } from './sampler'
import { encodePrompt } from './text'
import { planFilm } from './windows'

export interface GoldenResult {
  passed: boolean
  /** Mean absolute difference over all listed elements; NaN counts as wrong. */
  difference: number
  textMs: number
  stepMs: number
}

/** Runs `text` and one `step` from the manifest's seed and compares the elements it lists. */
export async function checkGolden(runner: GraphRunner, manifest: Manifest): Promise<GoldenResult> {
  const { golden, sampler, text } = manifest
  const plan = planFilm(manifest, manifest.window.seconds)
  const began = performance.now()
  const prompts = await encodeTexts(runner, manifest, [golden.prompt, ''])
  const textMs = performance.now() - began
  const { latents, masks } = beginWindow(runner, manifest, { seed: golden.seed, plan }, undefined, 0)
  const constant = {
    text: runner.tensor(prompts, [2, text.tokens, text.dim]),
    guidance: runner.tensor(new Float32Array(sampler.guidance), [3]),
  }
  try {
    const stepBegan = performance.now()
    const outputs = await runStep(runner, { ...latents, ...masks, ...constant }, golden.t, golden.tNext)
    const stepMs = performance.now() - stepBegan
    try {
      let sum = 0
      let count = 0
      for (const check of golden.checks) {
        const got = (await output(outputs, check.output).getData()) as Float32Array
        check.index.forEach((at, i) => (sum += Math.abs((got[at] ?? NaN) - check.value[i]!)))
        count += check.index.length
      }
      const difference = sum / count
      return { passed: difference <= golden.tolerance, difference, textMs, stepMs }
    } finally {
      disposeAll(outputs)
    }
  } finally {
    disposeAll({ ...latents, ...masks, ...constant })
  }
}

/** @returns the text graph's tokens of all prompts, one prompt after another: `[prompts, text.tokens, text.dim]` */
export async function encodeTexts(runner: GraphRunner, manifest: Manifest, prompts: string[]): Promise<Float32Array<ArrayBuffer>> {
  const { bytes: maxBytes, tokens, dim } = manifest.text
  const all = new Float32Array(prompts.length * tokens * dim)
  for (const [i, prompt] of prompts.entries()) {
    const bytes = runner.tensor(encodePrompt(prompt, maxBytes), [1, maxBytes])
    try {
      all.set(await readFloats(await runner.run('text', { bytes }), 'text'), i * tokens * dim)
    } finally {
      bytes.dispose()
    }
  }
  return all
}
