/** Which Chromium to drive: the system's if there is one, else Playwright's own (fetched once by `npm test` and `generate`). */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const places = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  ],
}

/** The path of the system's Chromium or Chrome; `KINORA_CHROMIUM` overrides. Undefined when there is none. */
export function systemBrowser() {
  if (process.env.KINORA_CHROMIUM) return process.env.KINORA_CHROMIUM
  const folders = (process.env.PATH ?? '').split(delimiter)
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path))
  return found ?? places[process.platform]?.find((path) => existsSync(path))
}

/**
 * A browser that can be launched: the system's, Playwright's, or Playwright's after fetching it.
 * Throws when it cannot be fetched.
 */
export async function findBrowser() {
  const system = systemBrowser()
  if (system) return system
  const { chromium } = await import('@playwright/test')
  if (existsSync(chromium.executablePath())) return chromium.executablePath()
  console.error('No Chromium on this system: fetching the one Playwright is made for …')
  const cli = fileURLToPath(new URL('../node_modules/@playwright/test/cli.js', import.meta.url))
  const { status } = spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: ['ignore', 2, 2] })
  if (status !== 0) {
    throw new Error('No browser: Playwright could not fetch Chromium. Install Chromium or Chrome, or set KINORA_CHROMIUM to its path.')
  }
  return chromium.executablePath()
}

/** Flags for every run: no phoning home; no sandbox where root runs it, as in containers. */
export const browserArgs = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-default-apps',
  '--autoplay-policy=no-user-gesture-required',
  `--disable-features=${[
    // Chromium draws the suggestions of its address bar, which nobody sees here, as a page of its own: a second of processor time for every window.
    'WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup', 'OmniboxPopupWebUI', 'PrewarmWebUIContents', 'PreloadTopChromeWebUI',
    // The last list counts, so here is also Playwright's own.
    'AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'LensOverlay', 'MediaRouter',
    'PaintHolding', 'ThirdPartyStoragePartitioning', 'AvoidCorsURLLoaderRestartOnRedirect', 'TcpPortRandomizationWin', 'OptimizationHints',
    'NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch', 'msForceBrowserSignIn', 'msEdgeUpdateLaunchServicesPreferredVersion',
  ].join(',')}`,
]

/** WebGPU on the processor, for machines without a graphics card: exact, and about a hundred times slower than wasm. */
export const softwareWebGpuArgs = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=WebGPU']
