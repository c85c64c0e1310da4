/**
 * #cameo in a real browser, before cameras that are canvases: of those who do not take part, and of a drawn head (face.py), whom the models really
 * take for a face, played by a script that reads the page as people do.
 */
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { findValidator } from '../bin/validator.mjs'
import { audit } from './audit'
import { difference, frames } from './film'
import { generate, save, visit } from './page'
import { origin } from './server'

/** Six views of a head: straight, left, right, up, down, and speaking. */
const sheet = fileURLToPath(new URL('face.jpg', import.meta.url))

// What sees a face is kept by the service worker.
test.use({ serviceWorkers: 'allow' })

async function agree(page: Page, name: string): Promise<void> {
  await page.getByLabel(/I have read this and agree/).check()
  await page.getByLabel('What it is called here').fill(name)
}

const likenesses = (page: Page) => page.getByRole('region', { name: 'Likenesses on this device' })

test('nobody, two faces, a still picture and a replayed video are refused, each with a sentence, and nothing is kept', async ({ page }) => {
  const refused: string[] = []
  page.on('console', (message) => /content security policy|trusted ?(type|script|html)/i.test(message.text()) && refused.push(message.text()))
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(`${origin}#cameo`)
  const begin = page.getByRole('button', { name: 'Open the camera and begin' })
  await expect(begin).toBeDisabled()
  expect(asked.filter((url) => /\/cameo\/|human\.esm|packs\//.test(url))).toEqual([])
  await page.evaluate(show, `data:image/jpeg;base64,${(await readFile(sheet)).toString('base64')}`)
  await agree(page, 'Nobody')
  await begin.click()
  const expected = [
    ['nobody', 'No face was seen.'],
    ['two', 'More than one face was seen.'],
    ['replayed', 'The head turned otherwise than asked.'],
    ['still', 'A still picture is not a person.'],
  ] as const
  for (const [feed, sentence] of expected) {
    if (feed !== 'nobody') {
      await page.evaluate((name) => Object.assign(window, { feed: name }), feed)
      await page.getByRole('button', { name: 'Try again' }).click()
    }
    await expect(page.getByRole('alert').filter({ hasText: 'Refused' })).toContainText(sentence, { timeout: 60_000 })
  }
  await expect(likenesses(page).getByText('None yet.')).toBeVisible()
  expect(refused).toEqual([])
  expect(asked.filter((url) => !url.startsWith(origin) && !/^(blob|data):/.test(url))).toEqual([])
})

/** In the page: cameras before which nobody takes part, by `window.feed`: nobody, two faces, a video that turns left of itself, a picture. */
async function show(address: string): Promise<void> {
  const image = new Image()
  image.src = address
  await image.decode()
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width: 480, height: 360 })
  const context = canvas.getContext('2d')!
  let tick = 0
  setInterval(() => {
    const { feed } = window as { feed?: string }
    tick++
    context.fillStyle = `rgb(128 128 ${128 + (tick % 2)})`
    if (!feed) context.fillRect(0, 0, 480, 360)
    else if (feed === 'two') for (const x of [0, 240]) context.drawImage(image, 120 + Math.sin(tick), 0, 240, 360, x, 0, 240, 360)
    // Left, and left again: that is never asked for.
    else if (feed === 'replayed') context.drawImage(image, tick % 65 < 40 ? 0 : 480, 0, 480, 360, Math.sin(tick) * 1.5, Math.cos(tick) * 1.5, 480, 360)
    else context.drawImage(image, 0, 0, 480, 360, 0, 0, 480, 360)
  }, 100)
  const sound = new AudioContext()
  navigator.mediaDevices.getUserMedia = async () =>
    new MediaStream([...canvas.captureStream(15).getVideoTracks(), ...sound.createMediaStreamDestination().stream.getAudioTracks()])
}

/** In the page: a head that does what the page asks, with a voice while it reads. Hands tremble, so no two frames are the same. */
async function perform(address: string): Promise<void> {
  const image = new Image()
  image.src = address
  await image.decode()
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width: 480, height: 360 })
  const context = canvas.getContext('2d')!
  const sound = new AudioContext()
  const loudness = sound.createGain()
  loudness.gain.value = 0
  const voice = sound.createOscillator()
  voice.type = 'sawtooth'
  voice.frequency.value = 140
  voice.connect(loudness)
  voice.start()
  let tick = 0
  setInterval(() => {
    const asked = document.querySelector('.instruction')?.textContent ?? ''
    const reading = /aloud/.test(asked)
    const talks = reading && tick % 6 < 3
    const view = talks ? 5 : /your left/.test(asked) ? 1 : /your right/.test(asked) ? 2 : /look up/.test(asked) ? 3 : /look down/.test(asked) ? 4 : 0
    loudness.gain.value = reading ? 0.3 : 0
    tick++
    context.drawImage(image, 480 * view, 0, 480, 360, Math.sin(tick) * 1.5, Math.cos(tick * 0.7) * 1.5, 480, 360)
  }, 100)
  navigator.mediaDevices.getUserMedia = async () => {
    const out = sound.createMediaStreamDestination()
    loudness.connect(out)
    return new MediaStream([...canvas.captureStream(15).getVideoTracks(), ...out.stream.getAudioTracks()])
  }
}

test('a person who takes part is in the saved film with their consent in its signature, and in none any more once they took it back', async ({ page, browser }, info) => {
  await visit(page)
  await page.evaluate(() => navigator.serviceWorker.ready)
  await generate(page, { prompt: 'a red ball bounces on a wooden floor', seed: 7, steps: 2 })
  const without = info.outputPath('without.mp4')
  await save(page, without)

  await page.evaluate(perform, `data:image/jpeg;base64,${(await readFile(sheet)).toString('base64')}`)
  await page.getByRole('link', { name: 'Cameo' }).click()
  await agree(page, 'Sari')
  await page.getByLabel('Also a friend').check()
  await page.getByLabel('Only in these').check()
  await page.getByLabel(/^Balls of rubber/).check()
  await page.getByRole('button', { name: 'Open the camera and begin' }).click()
  await expect(page.getByRole('heading', { name: 'The recording has passed.' })).toBeVisible({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Keep this likeness' }).click()
  await expect(likenesses(page).getByRole('heading', { name: 'Sari' })).toBeVisible()
  await audit(page, 'a likeness')
  // Encrypted, with a key that nobody can read; and what sees faces is there without a network from now on.
  expect(await page.evaluate(keptAtRest)).toEqual({ state: 'kept', extractable: false, readable: false })
  expect(await page.evaluate(async () => (await (await caches.open('kinora-kept')).keys()).length)).toBeGreaterThanOrEqual(12)

  await page.getByRole('button', { name: 'Put Sari into the film on the stage' }).click()
  await page.getByRole('link', { name: 'To the studio' }).click()
  await expect(page.getByText('Sari is in the film on the stage.')).toBeVisible()
  const file = info.outputPath('with.mp4')
  await save(page, file)
  const [plain, cast] = [frames(without), frames(file)]
  // The lower right quarter has somebody in it now, the upper left one is as it was.
  const quarter = ({ width, height, frames: [, second] }: typeof plain, right: 0 | 1, low: 0 | 1) =>
    second!.filter((_, i) => Number(Math.floor(i / 3) % width >= width / 2) === right && Number(i / 3 / width >= height / 2) === low)
  expect(difference(quarter(plain, 1, 1), quarter(cast, 1, 1))).toBeGreaterThan(8)
  expect(difference(quarter(plain, 0, 0), quarter(cast, 0, 0))).toBeLessThan(3)
  const verdict = JSON.parse(execFileSync(await findValidator(), [fileURLToPath(new URL('validate.py', import.meta.url)), file]).toString()) as Verdict
  expect(verdict).toMatchObject({ state: 'Valid', problems: ['signingCredential.untrusted'] })
  const { assertions, ingredients } = verdict.manifests[verdict.active]!
  expect(assertions.find(({ label }) => label === 'kinora.consent')?.data).toMatchObject({ lending: 'friend', scenes: ['balls'], check: { spoken: true } })
  expect(ingredients).toMatchObject([{ relationship: 'componentOf', title: 'A person’s likeness, with their consent' }])
  expect(JSON.stringify(verdict.manifests)).not.toContain('Sari')

  // A friend gets it by a file and a passphrase.
  await page.getByRole('link', { name: 'Cameo' }).click()
  await page.getByRole('button', { name: 'A file for a friend' }).click()
  await page.getByRole('textbox', { name: /Passphrase/ }).first().fill('seven lanterns')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Make the file' }).click()
  const parcel = info.outputPath('sari.kinora-cameo')
  await (await download).saveAs(parcel)
  const friend = await (await browser.newContext()).newPage()
  await friend.goto(`${origin}#cameo`)
  await friend.getByLabel('File', { exact: true }).setInputFiles(parcel)
  await friend.getByRole('textbox', { name: /Passphrase/ }).fill('eight lanterns')
  await friend.getByRole('button', { name: 'Open the file' }).click()
  await expect(friend.getByText('The passphrase does not open this file')).toBeVisible()
  await friend.getByRole('textbox', { name: /Passphrase/ }).fill('seven lanterns')
  await friend.getByRole('button', { name: 'Open the file' }).click()
  await expect(likenesses(friend).getByText('From a friend’s file')).toBeVisible()
  await expect(friend.getByRole('button', { name: 'A file for a friend' })).toHaveCount(0)
  await friend.context().close()

  await page.getByRole('button', { name: 'Take back Sari' }).click()
  await page.getByRole('button', { name: 'Destroy it now' }).click()
  await expect(likenesses(page).getByText(/Taken back on/)).toBeVisible()
  expect(await page.evaluate(keptAtRest)).toEqual({ state: 'gone', extractable: undefined, readable: undefined })
  await page.goBack()
  await expect(page.getByText('has taken back their likeness')).toBeVisible()
  await expect(save(page, file)).rejects.toThrow(/ConsentError|revoked/)
  await page.getByRole('button', { name: 'Take them out' }).click()
  expect((await save(page, without)).bytes).toBeGreaterThan(1000)

  await page.getByRole('link', { name: 'Cameo' }).click()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByText('Bahasa Indonesia').click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'Rekam dirimu' })).toBeVisible()
  await page.emulateMedia({ colorScheme: 'dark' })
  await audit(page, 'a likeness that was taken back')
  await page.setViewportSize({ width: 360, height: 640 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
})

interface Verdict {
  state: string
  problems: string[]
  active: string
  manifests: Record<string, { assertions: { label: string; data: unknown }[]; ingredients: { relationship: string; title: string }[] }>
}

/** In the page: what IndexedDB has of the likeness. */
function keptAtRest(): Promise<{ state: string; extractable: boolean | undefined; readable: boolean | undefined }> {
  return new Promise((resolve, reject) => {
    const open = indexedDB.open('kinora-cameo')
    open.onerror = () => reject(open.error)
    open.onsuccess = () => {
      const all = open.result.transaction('likenesses').objectStore('likenesses').getAll()
      all.onsuccess = () => {
        const [entry] = all.result as { state: string; key?: CryptoKey; sealed?: Uint8Array }[]
        open.result.close()
        resolve({ state: entry?.state ?? 'none', extractable: entry?.key?.extractable, readable: entry?.sealed && new TextDecoder('latin1').decode(entry.sealed).includes('Sari') })
      }
    }
  })
}
