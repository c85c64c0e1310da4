/**
 * `npm run -s watermark -- FILM.mp4 …`: marks films, sends them through what happens to films, and prints how much of the mark is left.
 * Needs ffmpeg. Every film is read as it is for the row "unmarked", which counts what is found where nothing was put.
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const load = async (file) => (await runnerImport(fileURLToPath(new URL(`../workers/provenance/watermark/${file}`, import.meta.url)))).module

const x264 = (...args) => ['-c:v', 'libx264', '-preset', 'medium', ...args]
const good = x264('-crf', '20')

/** What happens to films: ffmpeg's arguments between input and output. */
const ordeals = {
  'H.264, 400 kbit/s': x264('-b:v', '400k'),
  'H.264, 150 kbit/s': x264('-b:v', '150k'),
  'H.264, 60 kbit/s': x264('-b:v', '60k'),
  'VP9, crf 32': ['-c:v', 'libvpx-vp9', '-crf', '32', '-b:v', '0', '-deadline', 'realtime', '-cpu-used', '6'],
  'scaled to 50 %': ['-vf', 'scale=iw/2:ih/2', ...good],
  'scaled to 200 %': ['-vf', 'scale=iw*2:ih*2', ...good],
  'a tenth cut off': ['-vf', 'crop=2*floor(iw*0.45):2*floor(ih*0.45):7:5', ...good],
  'a tenth cut off, scaled back': ['-vf', 'crop=2*floor(iw*0.45):2*floor(ih*0.45):7:5,scale=256:256', ...good],
  '24 frames a second': ['-vf', 'fps=24', ...good],
  'brighter, more contrast': ['-vf', 'eq=brightness=0.06:contrast=1.15', ...good],
  'half a second of it': ['-t', '0.5', ...good],
  'filmed from a screen': ['-vf', 'scale=iw*1.5:ih*1.5,eq=gamma=1.1,noise=alls=5:allf=t', ...x264('-crf', '28')],
}

/** Signed 32-bit hash of the film's place in the list, so that every film has another payload. */
const payloadOf = (index) => Math.imul(index + 1, 0x9e3779b1) >>> 0

const files = process.argv.slice(2)
if (files.length === 0) {
  console.error('Usage: npm run -s watermark -- FILM.mp4 …')
  process.exit(2)
}

const { Detector, marker } = await load('picture.ts')
const { encodePayload } = await load('code.ts')
const folder = await mkdtemp(join(tmpdir(), 'kinora-watermark-'))
const table = new Map()
const psnrs = []
try {
  for (const [index, file] of files.entries()) await measure(file, payloadOf(index))
} finally {
  await rm(folder, { recursive: true })
}
print()

async function measure(file, payload) {
  const { width, height, rate, luma } = read(file)
  count('unmarked', likeliest({ width, height, luma }, width), payload)
  const marked = Uint8Array.from(luma)
  const mark = marker(payload)
  for (let at = 0; at < marked.length; at += width * height) mark(marked.subarray(at, at + width * height), width, height)
  psnrs.push(psnr(luma, marked))
  const raw = join(folder, 'marked.y')
  await writeFile(raw, marked)
  for (const [name, args] of Object.entries(ordeals)) {
    const out = join(folder, 'out.mp4')
    run('ffmpeg', ['-y', '-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${height}`, '-r', rate, '-i', raw, ...args, '-pix_fmt', 'yuv420p', out])
    count(name, likeliest(read(out), width), payload)
  }
}

/** Every frame's luma, one after another. */
function read(file) {
  const { streams } = JSON.parse(run('ffprobe', ['-select_streams', 'v', '-show_streams', '-of', 'json', file]).toString())
  const [{ width, height, r_frame_rate: rate }] = streams
  // `extractplanes` gives the luma as it is coded; `gray` alone would stretch its range.
  return { width, height, rate, luma: new Uint8Array(run('ffmpeg', ['-i', file, '-vf', 'extractplanes=y', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'])) }
}

function likeliest({ width, height, luma }, original) {
  const detector = new Detector(width, height)
  // Two frames a sixteenth of a second apart have little to say that one has not.
  for (let at = 0; at + width * height <= luma.length; at += 2 * width * height) detector.add(luma.subarray(at, at + width * height))
  return { mark: detector.likeliest([original]), found: detector.find([original]) }
}

function count(name, { mark, found }, payload) {
  const row = table.get(name) ?? { films: 0, wrong: 0, bits: 0, right: 0, false: 0, least: Infinity }
  const coded = encodePayload(payload)
  row.films++
  row.bits += coded.length
  row.wrong += coded.filter((bit, i) => bit * mark.soft[i] <= 0).length
  row.right += found?.payload === payload ? 1 : 0
  row.false += found && found.payload !== payload ? 1 : 0
  row.least = Math.min(row.least, mark.sureness)
  table.set(name, row)
}

function psnr(before, after) {
  let squares = 0
  for (let i = 0; i < before.length; i++) squares += (before[i] - after[i]) ** 2
  return 10 * Math.log10((255 ** 2 * before.length) / squares)
}

function print() {
  console.log(`${files.length} films. PSNR of the mark, luma: ${Math.min(...psnrs).toFixed(1)} dB at least, ${(psnrs.reduce((a, b) => a + b) / psnrs.length).toFixed(1)} on average.`)
  console.log('| what happened to the film | coded bits wrong | payload read | another one read | least sureness |')
  console.log('|---|---|---|---|---|')
  for (const [name, { films, wrong, bits, right, false: others, least }] of table) {
    const errors = name === 'unmarked' ? '' : `${((100 * wrong) / bits).toFixed(1)} %`
    console.log(`| ${name} | ${errors} | ${right} of ${films} | ${others} | ${least.toFixed(1)} σ |`)
  }
}

function run(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, ['-v', 'error', ...args], { maxBuffer: 2 ** 31 })
  if (error || status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr.toString()}`)
  return stdout
}
