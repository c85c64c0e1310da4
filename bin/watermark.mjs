/**
 * `npm run -s watermark -- FILM.mp4 … [--only NAME …] [--unmarked FOLDER]`: marks films as an export does, sends picture and sound through what happens to
 * films and into the other formats, and prints how much of the marks is left. The films must not carry a mark already. `--only` measures
 * what begins with these names alone. `--unmarked` counts what is found in films that nobody marked. Needs ffmpeg.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runnerImport } from 'vite'

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
// Node would take gifenc's other build, whose names cannot be imported.
const alias = { gifenc: at('node_modules/gifenc/dist/gifenc.esm.js') }
const load = async (file) => (await runnerImport(at(`workers/${file}`), { resolve: { alias } })).module

const x264 = (...args) => ['-an', '-c:v', 'libx264', '-preset', 'medium', ...args]
const good = x264('-crf', '20')
const aac = (bitrate, ...args) => ['-vn', ...args, '-c:a', 'aac', '-b:a', bitrate]

/** What happens to pictures after the export: ffmpeg's arguments between input and output. */
const pictures = {
  'as exported': null,
  'H.264, 400 kbit/s': x264('-b:v', '400k'),
  'H.264, 200 kbit/s': x264('-b:v', '200k'),
  'H.264, 100 kbit/s': x264('-b:v', '100k'),
  'VP9, crf 32': ['-an', '-c:v', 'libvpx-vp9', '-crf', '32', '-b:v', '0', '-deadline', 'realtime', '-cpu-used', '6'],
  'scaled to 50 %': ['-vf', 'scale=iw/2:ih/2', ...good],
  'scaled to 200 %': ['-vf', 'scale=iw*2:ih*2', ...good],
  'a tenth cut off': ['-vf', 'crop=2*floor(iw*0.45):2*floor(ih*0.45):7:5', ...good],
  '24 frames a second': ['-vf', 'fps=24', ...good],
  'brighter, more contrast': ['-vf', 'eq=brightness=0.06:contrast=1.15', ...good],
  'half a second of it': ['-ss', '0.3', '-t', '0.5', ...good],
  'filmed from a screen': ['-vf', 'scale=iw*1.5:ih*1.5,eq=gamma=1.1,noise=alls=5:allf=t', ...x264('-crf', '26')],
}
/** The other formats with a picture, in the qualities that the page offers; WebP by libwebp, picture by picture, as browsers have it. */
const formats = {
  'GIF, best': (film) => gif(film, 0.9),
  'GIF, small': (film) => gif(film, 0.5),
  'GIF, best, one picture': async (film) => (await gif(film, 0.9)).slice(0, 1),
  'WebP, best': (film) => webp(film, 0.9),
  'WebP, small': (film) => webp(film, 0.5),
  'PNG, one picture': async (film) => (await pictureFiles(film, 'png', [])).slice(0, 1),
}
/** The same of sounds. */
const sounds = {
  'as exported': null,
  'AAC, 64 kbit/s': aac('64k'),
  'AAC, 32 kbit/s': aac('32k'),
  'MP3, 64 kbit/s at 22.05 kHz': ['-vn', '-ar', '22050', '-c:a', 'libmp3lame', '-b:a', '64k'],
  'half as loud, AAC, 64 kbit/s': aac('64k', '-af', 'volume=0.5'),
  '3 s of it, AAC, 64 kbit/s': aac('64k', '-ss', '0.37', '-t', '3'),
  '1.5 s of it, AAC, 64 kbit/s': aac('64k', '-ss', '0.37', '-t', '1.5'),
  '1 s of it, AAC, 64 kbit/s': aac('64k', '-ss', '0.37', '-t', '1'),
}
const needsSeconds = { '3 s of it, AAC, 64 kbit/s': 3.4 }

/** Another payload for every film. */
const payloadOf = (index) => Math.imul(index + 1, 0x9e3779b1) >>> 0

const { files, only, unmarked } = readArguments()
const wanted = ([name]) => only.length === 0 || only.some((start) => name.startsWith(start))
const { isSurePicture, PictureDetector, pictureMarker } = await load('provenance/watermark/picture.ts')
const { lightOf } = await load('provenance/watermark/plane.ts')
const { isSureSound, SoundDetector, soundMark } = await load('provenance/watermark/sound.ts')
const { energiesOf } = await load('provenance/watermark/bands.ts')
const { encodePayload } = await load('provenance/watermark/code.ts')
const { markRate } = await load('provenance/watermark/plot.ts')
const { i420Maker } = await load('media/yuv.ts')
const { patternOf } = await load('provenance/watermark/pattern.ts')
const { writeGif } = await load('media/gif.ts')
const { encoderQuality } = await load('media/webp.ts')
const folder = await mkdtemp(join(tmpdir(), 'kinora-watermark-'))
const tables = { picture: new Map(), sound: new Map() }
const losses = { psnr: [], luma: [], snr: [], cells: [], pictureMs: [], soundMs: [] }
try {
  for (const [index, file] of files.entries()) await measure(file, payloadOf(index))
  if (files.length > 0) print()
  if (unmarked.length > 0) countUnmarked()
} finally {
  await rm(folder, { recursive: true })
}

function readArguments() {
  const { values, positionals } = parseArgs({ options: { unmarked: { type: 'string' }, only: { type: 'string', multiple: true, default: [] } }, allowPositionals: true })
  const films = (folder) => readdirSync(folder).filter((name) => name.endsWith('.mp4')).toSorted().map((name) => join(folder, name))
  if (positionals.length === 0 && !values.unmarked) {
    console.error('Usage: npm run -s watermark -- FILM.mp4 … [--only NAME …] [--unmarked FOLDER]')
    process.exit(2)
  }
  return { files: positionals, only: values.only, unmarked: values.unmarked ? films(values.unmarked) : [] }
}

async function measure(file, payload) {
  const { width, height, rate, seconds } = probe(file)
  const before = new Uint8ClampedArray(run('ffmpeg', ['-i', file, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-']))
  const after = before.slice()
  const size = 4 * width * height
  const mark = pictureMarker(payload, width, height)
  for (let at = 0; at < after.length; at += size) mark(after.subarray(at, at + size))
  const [plain, video] = [undefined, payload].map((payload) => {
    const started = performance.now()
    const make = i420Maker({ width, height }, { width, height }, 'fill', payload === undefined ? undefined : patternOf(payload, width, height))
    const frames = framesOf(before, width, height).map((rgba) => make(rgba).data)
    return { frames, ms: (performance.now() - started) / frames.length }
  })
  losses.pictureMs.push(video.ms - plain.ms)
  losses.psnr.push(psnr(before, after, [0, 1, 2].map((channel) => (rgba, at) => rgba[at + channel])))
  losses.luma.push(psnr(before, after, [(rgba, at) => 0.2126 * rgba[at] + 0.7152 * rgba[at + 1] + 0.0722 * rgba[at + 2]]))

  const sound = readSound(file)
  const soundStarted = performance.now()
  const change = soundMark(sound, payload)
  losses.soundMs.push((performance.now() - soundStarted) / seconds)
  losses.snr.push(10 * Math.log10(power(sound) / power(change)))
  losses.cells.push(...snrOfCells(sound, change))

  const [raw, yuv, wave, exported] = ['film.rgba', 'film.yuv', 'film.f32', 'exported.mp4'].map((name) => join(folder, name))
  await writeFile(raw, after)
  await writeFile(yuv, Buffer.concat(video.frames))
  await writeFile(wave, sound.map((sample, i) => sample + change[i]))
  // As hurriedly and as small as browsers encode the page's films: 80 kB for two seconds.
  run('ffmpeg', [
    '-y', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-color_range', 'tv', '-colorspace', 'bt709', '-s', `${width}x${height}`, '-r', rate, '-i', yuv, '-f', 'f32le', '-ar', String(markRate), '-ac', '1', '-i', wave,
    '-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'baseline', '-b:v', '320k', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-ar', '48000', '-b:a', '128k', exported,
  ])
  const out = join(folder, 'out.mp4')
  const through = (args) => {
    if (args === null) return exported
    run('ffmpeg', ['-y', '-i', exported, ...args, out])
    return out
  }
  for (const [name, args] of Object.entries(pictures).filter(wanted)) count('picture', name, seen(through(args)), isSurePicture, payload)
  const film = { rgba: after, raw, width, height, rate, fps: rate.split('/').reduce((a, b) => a / b) }
  for (const [name, framesIn] of Object.entries(formats).filter(wanted)) count('picture', name, seenInFrames(await framesIn(film), width, height), isSurePicture, payload)
  for (const [name, args] of Object.entries(sounds).filter(wanted)) if (seconds >= (needsSeconds[name] ?? 0)) count('sound', name, heard(through(args)), isSureSound, payload)
}

function probe(file) {
  const { streams, format } = JSON.parse(run('ffprobe', ['-select_streams', 'v', '-show_streams', '-show_format', '-of', 'json', file]).toString())
  const [{ width, height, r_frame_rate: rate }] = streams
  return { width, height, rate, seconds: Number(format.duration) }
}

/** The frames of the film as a GIF has them. @returns [height · width · 4] each */
async function gif({ rgba, width, height, fps }, quality) {
  const frames = framesOf(rgba, width, height)
  const looked = Array.from({ length: 8 }, (_, i) => frames[Math.floor(((i + 0.5) / 8) * frames.length)])
  const plan = { format: 'gif', from: 0, to: frames.length, width, height, fps, quality }
  const file = join(folder, 'film.gif')
  await writeFile(file, new Uint8Array(await (await writeGif(plan, looked, frames.values(), () => undefined)).arrayBuffer()))
  // Each picture as it is: FFmpeg would repeat some for an even rate.
  return framesOf(run('ffmpeg', ['-i', file, '-vsync', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgba', '-']), width, height)
}

function webp(film, quality) {
  return pictureFiles(film, 'webp', ['-c:v', 'libwebp', '-quality', String(Math.round(100 * encoderQuality(quality))), '-pix_fmt', 'yuv420p'])
}

/** The frames as files of their own have them. */
async function pictureFiles({ raw, width, height, rate }, ending, args) {
  const pattern = join(folder, `film-%04d.${ending}`)
  run('ffmpeg', ['-y', '-f', 'rawvideo', '-pix_fmt', 'rgba', '-s', `${width}x${height}`, '-r', rate, '-i', raw, ...args, pattern])
  const frames = framesOf(run('ffmpeg', ['-r', rate, '-i', pattern, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-']), width, height)
  for (const name of readdirSync(folder)) if (name.startsWith('film-')) await rm(join(folder, name))
  return frames
}

function framesOf(rgba, width, height) {
  const size = 4 * width * height
  return Array.from({ length: Math.floor(rgba.length / size) }, (_, i) => rgba.subarray(i * size, (i + 1) * size))
}

function seenInFrames(frames, width, height) {
  const every = Math.max(1, Math.floor(frames.length / 32))
  const detector = new PictureDetector()
  for (let frame = 0; frame < frames.length; frame += every) detector.add(lightOf(frames[frame], width, height))
  return detector.likeliest()
}

/** The likeliest mark in the picture. As many frames are looked at as Verify does, 32 or all. */
function seen(file) {
  const { width, height } = probe(file)
  // `extractplanes` gives the luma as it is coded; `gray` alone would stretch its range.
  const luma = new Uint8Array(run('ffmpeg', ['-i', file, '-vf', 'extractplanes=y', '-f', 'rawvideo', '-pix_fmt', 'gray', '-']))
  const frames = Math.floor(luma.length / (width * height))
  const every = Math.max(1, Math.floor(frames / 32))
  const detector = new PictureDetector()
  for (let frame = 0; frame < frames; frame += every) {
    detector.add({ values: luma.subarray(frame * width * height, (frame + 1) * width * height), width, height, stride: width, step: 1 })
  }
  return detector.likeliest()
}

function heard(file) {
  const detector = new SoundDetector()
  detector.add(readSound(file))
  return detector.likeliest()
}

function readSound(file) {
  const bytes = run('ffmpeg', ['-i', file, '-map', '0:a', '-ac', '1', '-ar', String(markRate), '-f', 'f32le', '-'])
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}

function count(where, name, mark, isSure, payload) {
  const row = tables[where].get(name) ?? { films: 0, coded: 0, wrong: 0, right: 0, others: 0, least: Infinity }
  const bits = encodePayload(payload)
  row.films++
  row.coded += mark ? bits.filter((bit, i) => bit * mark.soft[i] <= 0).length / bits.length : 0.5
  row.wrong += mark ? ones(mark.payload ^ payload) / 32 : 0.5
  const found = mark !== null && isSure(mark)
  row.right += found && mark.payload === payload ? 1 : 0
  row.others += found && mark.payload !== payload ? 1 : 0
  row.least = Math.min(row.least, mark?.sureness ?? 0)
  tables[where].set(name, row)
}

function ones(bits) {
  let count = 0
  for (let rest = bits >>> 0; rest > 0; rest = (rest & (rest - 1)) >>> 0) count++
  return count
}

function power(samples) {
  return samples.reduce((sum, x) => sum + x * x, 1e-12)
}

/** Sound over mark in each cell of 32 ms and 94 Hz that can be heard, dB. */
function snrOfCells(sound, change) {
  const frames = Math.floor(sound.length / 512)
  const [loud, added] = [energiesOf(sound, 0, 512, frames), energiesOf(change, 0, 512, frames)]
  // 60 dB below full scale.
  return [...loud].flatMap((energy, i) => (energy > 1e-6 * 192 * 3 ? 10 * Math.log10(energy / added[i]) : []))
}

function psnr(before, after, channels) {
  let squares = 0
  for (let at = 0; at < before.length; at += 4) for (const channel of channels) squares += (channel(before, at) - channel(after, at)) ** 2
  return 10 * Math.log10((255 ** 2 * channels.length * (before.length / 4)) / squares)
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function print() {
  const { psnr, luma, snr, cells, pictureMs, soundMs } = losses
  const sorted = cells.toSorted((a, b) => a - b)
  const at = (share) => sorted[Math.floor(share * sorted.length)]?.toFixed(1)
  console.log(`${files.length} films. Picture: PSNR ${Math.min(...psnr).toFixed(1)} dB at least, ${mean(psnr).toFixed(1)} on average (of its light alone: ${Math.min(...luma).toFixed(1)}).`)
  console.log(`Sound: ${Math.min(...snr).toFixed(1)} dB above the mark at least, ${mean(snr).toFixed(1)} on average; in cells of 94 Hz and 32 ms ${at(0.5)} dB in the middle, ${at(0.05)} at the 5th percentile.`)
  console.log(`Marking took ${mean(pictureMs).toFixed(1)} ms a frame and ${mean(soundMs).toFixed(0)} ms a second of sound.`)
  for (const [where, table] of Object.entries(tables)) {
    console.log(`\n| ${where} | bits wrong | coded bits wrong | read | another one read | least sureness |\n|---|---|---|---|---|---|`)
    for (const [name, { films, wrong, coded, right, others, least }] of table) {
      console.log(`| ${name} | ${((100 * wrong) / films).toFixed(1)} % | ${((100 * coded) / films).toFixed(1)} % | ${right} of ${films} | ${others} | ${least.toFixed(1)} σ |`)
    }
  }
}

/** What is found in films without a mark. */
function countUnmarked() {
  const found = { picture: 0, sound: 0 }
  const most = { picture: 0, sound: 0 }
  for (const [index, file] of unmarked.entries()) {
    if (index > 0 && index % 50 === 0) console.error(`${index} of ${unmarked.length}: ${found.picture} and ${found.sound} found, at most ${most.picture.toFixed(1)} and ${most.sound.toFixed(1)} σ`)
    for (const [where, mark, isSure] of [['picture', seen(file), isSurePicture], ['sound', heard(file), isSureSound]]) {
      if (!mark) continue
      if (isSure(mark)) found[where]++
      most[where] = Math.max(most[where], mark.sureness)
    }
  }
  console.log(`\n${unmarked.length} films without a mark: found in ${found.picture} pictures and ${found.sound} sounds; greatest sureness ${most.picture.toFixed(1)} and ${most.sound.toFixed(1)} σ.`)
}

function run(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, ['-v', 'error', ...(program === 'ffmpeg' ? ['-threads', '1'] : []), ...args], { maxBuffer: 2 ** 31 })
  if (error || status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr.toString()}`)
  return stdout
}
