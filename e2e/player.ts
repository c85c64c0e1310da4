/** A player that is not ours: the browser's own, with nothing of Kinora around it. */
import type { Browser } from '@playwright/test'

export interface Played {
  /** s, as the player has it; where it stood when the film had ended */
  duration: number
  end: number
  /** How the film ran: shown and dropped frames, bytes of sound that were decoded, and the loudest sample heard, 0…1. */
  frames: number
  soundBytes: number
  peak: number
  /** RGBA of what it shows at each of the times asked for. */
  pictures: Uint8Array[]
}

/** Plays a film from its start to its end, at twice its speed, then goes to each of `seconds`. */
export async function play(browser: Browser, file: string, seconds: readonly number[]): Promise<Played> {
  const page = await browser.newPage()
  await page.setContent('<input type="file"><video></video>')
  await page.locator('input').setInputFiles(file)
  const { pictures, ...played } = await page.evaluate(async (times) => {
    const video = document.querySelector('video')!
    const on = (event: string) => new Promise((resolve, reject) => {
      video.addEventListener(event, resolve, { once: true })
      video.addEventListener('error', () => reject(new Error(video.error?.message || 'The player does not take the film.')), { once: true })
    })
    const ready = on('canplaythrough')
    video.src = URL.createObjectURL(document.querySelector('input')!.files![0]!)
    await ready
    const context = new AudioContext()
    const analyser = new AnalyserNode(context)
    context.createMediaElementSource(video).connect(analyser).connect(context.destination)
    const samples = new Float32Array(analyser.fftSize)
    let peak = 0
    const listening = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
    }, 20)
    video.playbackRate = 2
    const ended = on('ended')
    await video.play()
    await ended
    clearInterval(listening)
    const end = video.currentTime
    const { totalVideoFrames } = video.getVideoPlaybackQuality()
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: video.videoWidth, height: video.videoHeight })
    const drawing = canvas.getContext('2d', { willReadFrequently: true })!
    const pictures: string[] = []
    for (const time of times) {
      const there = on('seeked')
      const painted = new Promise((resolve) => video.requestVideoFrameCallback(resolve))
      video.currentTime = time
      await Promise.all([there, painted])
      drawing.drawImage(video, 0, 0)
      pictures.push(drawing.getImageData(0, 0, canvas.width, canvas.height).data.reduce((text, byte) => text + String.fromCharCode(byte), ''))
    }
    return { duration: video.duration, end, frames: totalVideoFrames, soundBytes: (video as unknown as { webkitAudioDecodedByteCount: number }).webkitAudioDecodedByteCount, peak, pictures: pictures.map(btoa) }
  }, seconds)
  await page.close()
  return { ...played, pictures: pictures.map((base64) => Buffer.from(base64, 'base64')) }
}
