/** Films and pictures from elsewhere: brought by a drop, and made the beginning of new films. */
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { visit } from './page'

const digest = (page: Page) => page.evaluate(() => window.kinora.digest())
const films = (page: Page) => page.getByRole('button', { name: /^Open: / })
const go = (page: Page) => page.getByRole('button', { name: /^Generate/ })

function ffmpeg(...args: string[]): void {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args])
  if (status !== 0) throw new Error(stderr.toString())
}

/** Drops a file on the page, as a hand does. */
async function drop(page: Page, path: string, name: string, type: string): Promise<void> {
  const base64 = (await readFile(path)).toString('base64')
  const transfer = await page.evaluateHandle(
    async ([base64, name, type]) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
      const data = new DataTransfer()
      data.items.add(new File([bytes], name, { type }))
      return data
    },
    [base64, name, type] as const,
  )
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
}

async function make(page: Page, words: string, count: number): Promise<void> {
  await page.locator('#prompt').fill(words)
  await go(page).click()
  await expect(films(page)).toHaveCount(count)
  await expect(go(page)).toBeVisible()
}

test('a film from elsewhere is given a new sound, and its picture stays as it came', async ({ page }, info) => {
  const film = info.outputPath('holiday.mp4')
  // Wider than it is high, another frame rate and sample rate, two channels.
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=480x270:r=25:d=2.6', '-f', 'lavfi', '-i', 'sine=440:r=44100:d=2.6', '-ac', '2', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', film)
  await visit(page)

  await drop(page, film, 'holiday.mp4', 'video/mp4')
  const dialog = page.getByRole('dialog', { name: 'A film from elsewhere' })
  await dialog.getByLabel('Which part: left to right').fill('0')
  const { violations } = await new AxeBuilder({ page }).include('dialog[open]').analyze()
  expect(violations.map(({ id }) => id)).toEqual([])
  await dialog.getByRole('button', { name: 'Take it' }).click()
  await expect(page.getByRole('button', { name: 'Open: holiday' })).toBeVisible()
  const brought = await digest(page)

  // Sound for a picture that is given: it stays, and what is heard is new.
  await page.getByLabel('Keep', { exact: true }).selectOption('picture')
  await make(page, 'thunder over the city', 2)
  const sounding = await digest(page)
  expect(sounding.picture).toBe(brought.picture)
  expect(sounding.sound).not.toBe(brought.sound)
})
