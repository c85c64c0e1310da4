/** The graphics processor, opened by us: ONNX Runtime's own device has default limits and a `lost` that nobody hears. */
import { DeviceLostError } from './errors'

export interface Gpu {
  device: GPUDevice
  /** As the browser names it, e.g. "apple metal-3". */
  name: string
  /** Computed on the main processor: right, but many times slower than wasm. */
  software: boolean
  /** Rejects with DeviceLostError when the device goes away; never resolves. */
  lost: Promise<never>
}

const softwareNames = /swiftshader|llvmpipe|lavapipe|basic render|warp/i

/** Limits that decide how large a tensor and a workgroup may be; everything else works at its default. */
const raisedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[]

const usefulFeatures: GPUFeatureName[] = ['shader-f16', 'subgroups']

/** With narrower ones (SwiftShader has 4 lanes) ONNX Runtime 1.30 computes MultiHeadAttention wrongly: errors of 0.4 on unit inputs. */
const narrowestSubgroup = 8

/** @returns undefined where this browser or machine offers no adapter */
export async function openGpu(): Promise<Gpu | undefined> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null)
  if (!adapter) return undefined
  const { vendor, architecture, description, device: model, isFallbackAdapter, subgroupMinSize } = adapter.info
  const useful = usefulFeatures.filter((feature) => adapter.features.has(feature) && (feature !== 'subgroups' || subgroupMinSize >= narrowestSubgroup))
  const device = await adapter.requestDevice({
    requiredFeatures: useful,
    requiredLimits: Object.fromEntries(raisedLimits.map((limit) => [limit, adapter.limits[limit]])),
  })
  const lost = device.lost.then(({ message, reason }) => {
    throw new DeviceLostError(message.split('\n', 1)[0] || (reason === 'destroyed' ? 'it was closed' : ''))
  })
  // Somebody always races it, but not at every moment; an unheard rejection would end the worker.
  lost.catch(() => {})
  const words = [vendor, architecture, model, description].filter((word) => word !== '')
  return {
    device,
    name: [...new Set(words)].join(' ') || 'unnamed adapter',
    software: isFallbackAdapter || softwareNames.test(words.join(' ')),
    lost,
  }
}
