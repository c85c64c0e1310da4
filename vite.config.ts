/** How Kinora is built and served: one page, module workers, packs beside the page, all of it installable and offline. */
import { createHash } from 'node:crypto'
import { createReadStream, readFileSync, type Dirent } from 'node:fs'
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, normalize, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import type { Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'
import { headersFor, parseHeaders } from './bin/serve.mjs'

const root = fileURLToPath(new URL('.', import.meta.url))

const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as { version: string }

/** What any host is asked to send with the page: isolation, without which wasm has one thread, and the policy. */
const headers = headersFor(parseHeaders(readFileSync(resolve(root, 'public/_headers'), 'utf8')), '/') as Record<string, string>
const policy = headers['Content-Security-Policy'] ?? ''

/** While developing, Vite puts styles into the page and speaks to it through a socket. */
const devPolicy = policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace("connect-src 'self'", "connect-src 'self' ws:")

/** The policy inside the page, for hosts that send none. With Trusted Types, which would stop ONNX Runtime's own threads in a worker. */
const pagePolicy = `${policy.replace(/; frame-ancestors [^;]*/, '')}; require-trusted-types-for 'script'; trusted-types default svelte-trusted-html`

/** Writes the policy and the hashes (SRI) of what the page loads by name into the built page. */
function sealed(): Plugin {
  let outDir = ''
  return {
    name: 'kinora:sealed',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    transformIndexHtml: () => [{ tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: pagePolicy }, injectTo: 'head-prepend' }],
    async writeBundle() {
      const file = join(outDir, 'index.html')
      let page = await readFile(file, 'utf8')
      for (const [attribute = '', address = ''] of page.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)) {
        const hash = createHash('sha384').update(await readFile(join(outDir, address))).digest('base64')
        page = page.replace(attribute, `integrity="sha384-${hash}" ${attribute}`)
      }
      await writeFile(file, page)
    },
  }
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

/** Where the models that see a face come from (workers/cameo), and the version their address tells, so that a kept one is never an older one. */
const human = resolve(root, 'node_modules/@vladmandic/human')
const { version: humanVersion } = JSON.parse(readFileSync(join(human, 'package.json'), 'utf8')) as { version: string }
const faceModels = new Map<string, string>(
  ['blazeface', 'facemesh', 'antispoof', 'liveness', 'selfie'].flatMap((name) =>
    ['json', 'bin'].map((ending) => [`${name}.${ending}`, join(name === 'selfie' ? resolve(root, 'workers/cameo/models') : join(human, 'models'), `${name}.${ending}`)] as const),
  ),
)

/** Serves them at cameo/VERSION/* while developing and copies them into the build. Their names are in each other: they cannot be renamed by their hash. */
function faces(): Plugin {
  let outDir = ''
  return {
    name: 'kinora:faces',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    configureServer(server) {
      server.middlewares.use('/cameo', (request, response, next) => {
        const [, version, name = ''] = (request.url ?? '/').split('?', 1)[0]?.split('/') ?? []
        const file = version === humanVersion ? faceModels.get(name) : undefined
        if (file === undefined) return next()
        response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
        createReadStream(file).pipe(response)
      })
    },
    async writeBundle() {
      for (const [name, file] of faceModels) await cp(file, join(outDir, 'cameo', humanVersion, name))
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
      // A module a message: each part of the page carries its own, and what is opened later comes with its words.
      outputStructure: 'message-modules',
    }),
    svelte(),
    packs(),
    faces(),
    sealed(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'workers/offline',
      filename: 'service-worker.ts',
      injectRegister: 'script-defer',
      includeManifestIcons: false,
      injectManifest: {
        globPatterns: ['**/*.{html,js,mjs,css,svg,png,ico,woff2,wasm,webmanifest}'],
        // Weights live in IndexedDB (workers/packs): a second copy here would double what a visitor stores.
        // The C2PA library is 9 MB: workers/provenance keeps it once a film was made.
        // What sees a face is kept by the service worker once somebody opened #cameo: workers/offline/kept.ts.
        globIgnores: ['packs/**', 'service-worker.js', 'assets/c2pa_bg-*', 'cameo/**', 'assets/human.esm-*', 'assets/tfjs-backend-wasm-*'],
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
  define: { __KINORA_VERSION__: JSON.stringify(version), __KINORA_POLICY__: JSON.stringify(policy), __HUMAN_VERSION__: JSON.stringify(humanVersion) },
  worker: { format: 'es' },
  // Pre-bundling moves the runtime away from the .wasm beside it.
  optimizeDeps: { exclude: ['onnxruntime-web', '@mediabunny/aac-encoder', '@contentauth/c2pa-wasm'] },
  // Svelte and Mediabunny have a server flavour that Node would pick in unit tests.
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  build: { target: 'es2023', chunkSizeWarningLimit: 2000 },
  server: { headers: { ...headers, 'Content-Security-Policy': devPolicy } },
  preview: { headers },
  test: {
    environment: 'node',
    include: ['{src,workers,bin}/**/*.test.ts'],
    testTimeout: 60_000,
    // Two cores are what most visitors' machines share with everything else, ours too.
    maxWorkers: 2,
  },
})
