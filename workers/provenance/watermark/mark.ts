/** What both detectors give. */
export interface Mark {
  payload: number
  /** How much what was found is like a mark with this payload, in standard deviations of what noise would be. */
  sureness: number
  /** Whether the payload's checksum fits. */
  checks: boolean
  /** The coded bits as they were read: positive for 1. */
  soft: Float64Array
}
