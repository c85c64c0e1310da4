import { describe, expect, it } from 'vitest'
import { ProjectError } from './errors'
import { readProject, writeProject } from './project'

const parts = [
  { name: 'project.json', bytes: new TextEncoder().encode('{"kinora":1}') },
  { name: 'media/a/pcm', bytes: new Uint8Array(new Float32Array([0.5, -1, 0]).buffer) },
]

describe('a project as a file', () => {
  it('gives back what was put in', async () => {
    expect(await readProject(await writeProject(parts))).toEqual(parts)
  })

  it('keeps files from elsewhere out of memory', async () => {
    const [file] = await readProject(await writeProject([{ name: 'files/0', bytes: new Blob(['a film']) }]))
    const { bytes } = file ?? {}
    expect(bytes).toBeInstanceOf(Blob)
    expect(await (bytes as Blob).text()).toBe('a film')
  })

  it('is refused when a byte is missing or another one', async () => {
    const bytes = new Uint8Array(await (await writeProject(parts)).arrayBuffer())
    await expect(readProject(new Blob([bytes.slice(0, -8)]))).rejects.toThrow(ProjectError)
    const at = bytes.findIndex((_, i) => new TextDecoder().decode(bytes.subarray(i, i + 8)) === '{"kinora')
    const changed = bytes.slice()
    changed[at + 3]! ^= 1
    await expect(readProject(new Blob([changed]))).rejects.toThrow(ProjectError)
    await expect(readProject(new Blob(['no zip at all']))).rejects.toThrow(ProjectError)
  })
})
