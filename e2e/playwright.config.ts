import { defineConfig } from '@playwright/test'
import { browserArgs, findBrowser } from '../bin/browser.mjs'

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  // The machine's cores belong to the model under test.
  workers: 1,
  timeout: 300_000,
  expect: { timeout: 30_000 },
  // A shared machine can stall for a moment: one more try in CI, told as "flaky" in the summary.
  retries: process.env['CI'] ? 1 : 0,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list']],
  globalSetup: './server.ts',
  use: {
    browserName: 'chromium',
    // What is not there within this time will not come: said at once, and not when the whole test's time is over.
    actionTimeout: 90_000,
    headless: true,
    launchOptions: { executablePath: await findBrowser(), args: browserArgs },
    // It fetches and keeps 43 MB at every first visit, which each test is; the specs about it (offline, private, security) allow it.
    serviceWorkers: 'block',
    screenshot: 'only-on-failure',
    trace: 'off',
  },
})
