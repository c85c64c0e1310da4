/** The mark in made-up sounds, and in what FFmpeg's AAC leaves of them. Real films' are measured by `npm run -s watermark`. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Fourier } from './fft'
import { randomFrom } from './keyed'
import { markRate } from './plot'
import { isSureSound, SoundDetector, soundMark } from './sound'

const payload = 0xcafe1234

/** Rushing that swells and ebbs, with knocks in it. */
function sound(seconds: number): Float32Array<ArrayBuffer> {
  const random = randomFrom('rushing')
  return Float32Array.from({ length: seconds * markRate }, (_, i) => {
    const since = (i % 7000) / markRate
    return (random() - 0.5) * (0.1 + 0.05 * Math.sin(i / 4000)) + 0.3 * Math.exp(-30 * since) * Math.sin(2 * Math.PI * 900 * since)
  })
}

function marked(samples: Float32Array): Float32Array<ArrayBuffer> {
  const mark = soundMark(samples, payload)
  return Float32Array.from(samples, (sample, i) => sample + mark[i]!)
}

function likeliest(...pieces: Float32Array[]) {
  const detector = new SoundDetector()
  for (const piece of pieces) detector.add(piece)
  return detector.likeliest()
}

const power = (samples: Float32Array) => samples.reduce((sum, x) => sum + x * x, 0)

describe('the sound’s mark', () => {
  const plain = sound(3)
  const carrying = marked(plain)

  it('is read from two seconds, and not where it is not', () => {
    const found = likeliest(carrying.subarray(0, 2 * markRate))
    expect(found).toMatchObject({ payload, checks: true })
    expect(isSureSound(found!)).toBe(true)
    expect(isSureSound(likeliest(plain)!)).toBe(false)
  })

  it('is read wherever the excerpt begins, and as well piece by piece', () => {
    for (const start of [1, 777, 12_345]) expect(likeliest(carrying.subarray(start, start + 2 * markRate))).toMatchObject({ payload, checks: true })
    const whole = likeliest(carrying)!
    const pieces = likeliest(carrying.subarray(0, 10_000), carrying.subarray(10_000, 10_100), carrying.subarray(10_100))!
    expect(pieces.sureness).toBeCloseTo(whole.sureness, 6)
    expect(pieces.soft).toEqual(whole.soft)
  })

  it('lies 10 dB or more below the sound around it, and in silence there is none', () => {
    const mark = soundMark(plain, payload)
    expect(10 * Math.log10(power(plain) / power(mark))).toBeGreaterThan(15)
    for (let start = 0; start + 160 < plain.length; start += 160) {
      expect(power(mark.subarray(start, start + 160))).toBeLessThan(0.25 * power(plain.subarray(start, start + 160)))
    }
    expect(soundMark(new Float32Array(markRate), payload).every((x) => x === 0)).toBe(true)
    expect(likeliest(new Float32Array(2 * markRate))).toBeNull()
    expect(likeliest(new Float32Array(100))).toBeNull()
  })

  it('is read after AAC at 64 kbit/s, half the loudness and another sample rate', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kinora-mark-'))
    try {
      const [raw, aac, back] = ['raw.f32', 'film.m4a', 'back.f32'].map((name) => join(folder, name)) as [string, string, string]
      await writeFile(raw, carrying)
      const as = (rate: number) => ['-f', 'f32le', '-ar', String(rate), '-ac', '1']
      ffmpeg(...as(markRate), '-i', raw, '-af', 'volume=0.5', '-ar', '44100', '-c:a', 'aac', '-b:a', '64k', aac)
      ffmpeg('-i', aac, ...as(markRate), back)
      const bytes = await readFile(back)
      expect(likeliest(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4))).toMatchObject({ payload, checks: true })
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

function ffmpeg(...args: string[]): void {
  const { status, stderr } = spawnSync('ffmpeg', ['-y', '-v', 'error', ...args])
  if (status !== 0) throw new Error(`ffmpeg is needed for this test: ${stderr?.toString()}`)
}

describe('Fourier', () => {
  it('has the sum of its definition, and comes back', () => {
    const random = randomFrom('any')
    const [re, im] = [Float64Array.from({ length: 16 }, random), Float64Array.from({ length: 16 }, random)]
    const expected = Array.from({ length: 16 }, (_, k) => {
      let [x, y] = [0, 0]
      for (let n = 0; n < 16; n++) {
        const angle = (-2 * Math.PI * k * n) / 16
        x += re[n]! * Math.cos(angle) - im[n]! * Math.sin(angle)
        y += re[n]! * Math.sin(angle) + im[n]! * Math.cos(angle)
      }
      return [x, y] as const
    })
    const [a, b] = [re.slice(), im.slice()]
    new Fourier(16).transform(a, b)
    expected.forEach(([x, y], k) => {
      expect(a[k]).toBeCloseTo(x, 10)
      expect(b[k]).toBeCloseTo(y, 10)
    })
    new Fourier(16).inverse(a, b)
    a.forEach((value, i) => expect(value).toBeCloseTo(re[i]!, 10))
    expect(() => new Fourier(12)).toThrow(TypeError)
  })
})
