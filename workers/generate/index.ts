/** The generator's worker: puts the engine behind Comlink and hands buffers over instead of copying them. */
import * as Comlink from 'comlink'
import { Engine } from './engine'
import type { Clip, GenerateEvent, Generator, Latents, LiveEvent, LoadEvent, SnapshotEvent } from './types'

/** In a build the worker lies in `assets/`, one below the page; while developing the page is at the root. */
const baseUrl = import.meta.env.DEV ? new URL('/', globalThis.location.href) : new URL('../', globalThis.location.href)
const engine = new Engine(baseUrl)

const generator: Generator = {
  async load(options, onEvent) {
    try {
      return await engine.load(options, (event: LoadEvent) => void onEvent?.(event))
    } finally {
      release(onEvent)
    }
  },
  async generate(request, onEvent, source, footage, snapshot) {
    try {
      const clip = await engine.generate(request, (event) => void onEvent?.(transferEvent(event)), source, footage, snapshot)
      return transferClip(clip)
    } finally {
      release(onEvent)
    }
  },
  render: async (request, latents, footage) => transferClip(await engine.render(request, latents, footage)),
  encode: (footage) => engine.encode(footage),
  encodeStill: (footage, frame) => engine.encodeStill(footage, frame),
  readScene: (state) => engine.readScene(state),
  writeScene: (state, scene) => engine.writeScene(state, scene),
  async direct(request, director) {
    try {
      await engine.direct(request, { cue: (index) => director.cue(index), take: (event) => director.take(transferLive(event)) })
    } finally {
      release(director)
    }
  },
  pause: () => engine.pause(),
  resume: () => engine.resume(),
  cancel: () => engine.cancel(),
}

function transferEvent(event: GenerateEvent | SnapshotEvent): GenerateEvent | SnapshotEvent {
  if (event.phase === 'snapshot') {
    const { latents, film } = event.snapshot
    return Comlink.transfer(event, [...buffersOf(latents), ...buffersOf(film)])
  }
  return event.phase === 'step' && event.preview ? Comlink.transfer(event, [event.preview.rgba.buffer]) : event
}

function buffersOf(latents: Latents | undefined): ArrayBuffer[] {
  return latents ? [latents.video.buffer, latents.sound.buffer, latents.state.buffer] : []
}

function transferLive(event: LiveEvent): LiveEvent {
  if (event.kind !== 'chunk') return event
  const { rgba, pcm, tail, latents } = event.chunk
  return Comlink.transfer(event, [rgba.buffer, pcm.buffer, tail.buffer, ...buffersOf(latents)])
}

function transferClip(clip: Clip): Clip {
  return Comlink.transfer(clip, [clip.rgba.buffer, clip.pcm.buffer, ...buffersOf(clip.latents)])
}

/** A callback from the page is a message port; a page that makes films all day would collect them. */
function release(callback: unknown): void {
  const port = callback as Partial<Comlink.ProxyMethods> | undefined
  port?.[Comlink.releaseProxy]?.()
}

// ONNX Runtime starts its threads from a bundle that, in some builds, holds this module too.
if (!globalThis.name?.startsWith('em-pthread')) Comlink.expose(generator)
