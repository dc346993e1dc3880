import { pause } from './pause.ts'

/**
 * Looks until something is so, less and less often. @returns false where it is not before the signal is aborted
 *
 * @param onRetry told of each further look
 */
export async function until(
  isSo: () => Promise<boolean>,
  signal: AbortSignal,
  onRetry?: () => void,
): Promise<boolean> {
  for (let looks = 1; ; looks++) {
    if (await isSo()) return true
    if (signal.aborted) return false
    await pause(looks, undefined, signal)
    onRetry?.()
  }
}
