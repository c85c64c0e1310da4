/**
 * What the network itself says of a few pictures: nsfwjs with its own TensorFlow.js, for the tests to hold ours against. Both are needed for this alone:
 *
 *     npm install --prefix /tmp/upstream nsfwjs@4.4.0 @tensorflow/tfjs@4.22.0
 *     node models/picture/reference.mjs /tmp/upstream
 */
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const upstream = createRequire(join(resolve(process.argv[2] ?? '.'), 'package.json'))
const tf = upstream('@tensorflow/tfjs')
const nsfwjs = upstream('nsfwjs/core')
const { MobileNetV2Model } = upstream('nsfwjs/models/mobilenet_v2')
const file = new URL('reference.json', import.meta.url)

const net = await nsfwjs.load('MobileNetV2', { modelDefinitions: [MobileNetV2Model] })
const pictures = JSON.parse(await readFile(file, 'utf8'))
for (const picture of pictures) {
  const pixels = tf.tensor3d(new Uint8Array(Buffer.from(picture.rgb, 'base64')), [picture.height, picture.width, 3], 'int32')
  picture.probabilities = [...(await net.infer(pixels).data())]
  console.log(picture.name, picture.probabilities.map((p) => p.toFixed(4)).join(' '))
}
await writeFile(file, `${JSON.stringify(pictures, null, 1)}\n`)
