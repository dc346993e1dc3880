import type { Window } from '../../../../src/model/rollout.ts'
import { DAY, MINUTE } from './times.ts'

/** Whether daily windows let moves begin; computed without cron, by the clocks of their time zones. */
export class WindowsTruth {
  readonly #clocks = new Map<string, Intl.DateTimeFormat>()

  isOpen(windows: readonly Window[], now: number): boolean {
    const isIn = (window: Window) => this.#isIn(window, now)
    const allowing = windows.filter(({ kind }) => kind === 'allow')
    if (windows.some((window) => window.kind === 'deny' && isIn(window))) return false
    return allowing.length === 0 || allowing.some(isIn)
  }

  #isIn({ schedule, duration, timeZone }: Window, now: number): boolean {
    const [minute, hour] = schedule.split(' ').map(Number)
    const wanted = (hour ?? 0) * 60 + (minute ?? 0)
    const today = Math.floor((now + this.#offset(timeZone, now)) / DAY) * DAY
    return [today, today - DAY].some((day) => {
      const begins = this.#instant(day + wanted * MINUTE, timeZone)
      return begins <= now && now < begins + duration
    })
  }

  /** The first time at which a clock shows a time of day, or the first after it where the clock leaps over it. */
  #instant(shown: number, timeZone: string): number {
    const offsets = [shown - DAY, shown + DAY].map((time) => this.#offset(timeZone, time))
    const candidates = offsets.map((offset) => shown - offset)
    const real = candidates.filter((time) => time + this.#offset(timeZone, time) === shown)
    if (real.length > 0) return Math.min(...real)
    return this.#leap(Math.min(...candidates), Math.max(...candidates), timeZone)
  }

  /** When a clock is set between two times. */
  #leap(from: number, to: number, timeZone: string): number {
    const before = this.#offset(timeZone, from)
    for (let time = from; time < to; time += MINUTE) if (this.#offset(timeZone, time) !== before) return time
    return to
  }

  /** How much a clock is ahead of UTC, in ms. */
  #offset(timeZone: string, time: number): number {
    if (timeZone === 'UTC') return 0
    const known = this.#clocks.get(timeZone)
    const clock =
      known ??
      new Intl.DateTimeFormat('en-GB', {
        timeZone,
        dateStyle: 'short',
        timeStyle: 'medium',
        hourCycle: 'h23',
      })
    if (!known) this.#clocks.set(timeZone, clock)
    const [day, month, year, hour, minute, second] = clock.format(time).split(/\D+/).map(Number)
    const shown = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second)
    return shown - Math.floor(time / 1000) * 1000
  }
}
