/** How Kinora is built and served: one page, module workers, packs beside the page, all of it installable and offline. */
import { createReadStream, readFileSync, type Dirent } from 'node:fs'
import { cp, readdir, stat } from 'node:fs/promises'
import { join, normalize, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import type { Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))

const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as { version: string }

/** Cross-origin isolation: without it there is no SharedArrayBuffer, and wasm runs on one thread. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** Serves models/packs/NAME/* at packs/NAME/* while developing and copies it into the build. */
function packs(): Plugin {
  const source = resolve(root, 'models/packs')
  const shipped = /\.(json|onnx|bin|data)$/
  let outDir = ''
  return {
    name: 'kinora:packs',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    configureServer(server) {
      server.middlewares.use('/packs', (request, response, next) => {
        const path = decodeURIComponent((request.url ?? '/').split('?', 1)[0] ?? '/')
        const file = join(source, normalize(path))
        if (!file.startsWith(source + sep) || !shipped.test(file)) return next()
        void stat(file).then(
          ({ size }) => {
            response.setHeader('Content-Type', file.endsWith('.json') ? 'application/json' : 'application/octet-stream')
            response.setHeader('Content-Length', size)
            response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
            response.setHeader('Cache-Control', 'no-cache')
            createReadStream(file).pipe(response)
          },
          () => {
            // Vite would answer a missing pack with index.html; the loader has to see that it is missing.
            response.statusCode = 404
            response.end('No such file in models/packs.')
          },
        )
      })
    },
    async writeBundle() {
      const names: Dirent[] = await readdir(source, { withFileTypes: true }).catch(() => [])
      for (const entry of names) {
        if (!entry.isDirectory()) continue
        await cp(join(source, entry.name), join(outDir, 'packs', entry.name), {
          recursive: true,
          filter: async (file) => shipped.test(file) || (await stat(file)).isDirectory(),
        })
      }
    },
  }
}

export default defineConfig({
  // Relative addresses, so that the same build works at any sub-path of a static host.
  base: './',
  plugins: [
    paraglideVitePlugin({
      project: './src/i18n/project.inlang',
      outdir: './src/i18n/paraglide',
      strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
      // One module a locale builds faster and stays small with two languages.
      outputStructure: 'locale-modules',
    }),
    svelte(),
    packs(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'workers/offline',
      filename: 'service-worker.ts',
      injectRegister: 'script-defer',
      includeManifestIcons: false,
      injectManifest: {
        globPatterns: ['**/*.{html,js,mjs,css,svg,png,ico,woff2,wasm,webmanifest}'],
        // Weights live in IndexedDB (workers/packs): a second copy here would double what a visitor stores.
        globIgnores: ['packs/**', 'service-worker.js'],
        // The WebGPU build of ONNX Runtime alone is 26 MiB.
        maximumFileSizeToCacheInBytes: 64 * 2 ** 20,
      },
      manifest: {
        name: 'Kinora',
        short_name: 'Kinora',
        description: 'A sentence becomes a short film with its sound, on your own machine.',
        start_url: './',
        scope: './',
        display: 'standalone',
        theme_color: '#141017',
        background_color: '#141017',
        icons: [{ src: 'favicon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' }],
      },
    }),
  ],
  define: { __KINORA_VERSION__: JSON.stringify(version) },
  worker: { format: 'es' },
  // Pre-bundling moves the runtime away from the .wasm beside it.
  optimizeDeps: { exclude: ['onnxruntime-web', '@mediabunny/aac-encoder'] },
  // Svelte and Mediabunny have a server flavour that Node would pick in unit tests.
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  build: { target: 'es2023', chunkSizeWarningLimit: 2000 },
  server: { headers: isolation },
  preview: { headers: isolation },
  test: {
    environment: 'node',
    include: ['{src,workers,bin}/**/*.test.ts'],
    testTimeout: 60_000,
    // Two cores are what most visitors' machines share with everything else, ours too.
    maxWorkers: 2,
  },
})
