import { pause } from './pause.ts'

/**
 * Checks a condition until it holds, less and less often.
 *
 * @param onRetry called at each further check
 * @returns false if the signal is aborted before the condition holds
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
