/** The timesteps of one window: from 0 (noise) to 1 (clean). */

/**
 * `t_i = 1 − σ'(1 − i/N)` with the resolution shift `σ' = shift·σ / (1 + (shift−1)·σ)` (Esser et al. 2024, arXiv 2403.03206, eq. 23).
 * @returns steps + 1 values, the first 0 and the last 1
 */
export function timesteps(steps: number, shift: number): number[] {
  return Array.from({ length: steps + 1 }, (_, i) => {
    const sigma = 1 - i / steps
    return 1 - (shift * sigma) / (1 + (shift - 1) * sigma)
  })
}
