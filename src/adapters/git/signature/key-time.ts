const FORM = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z|UTC)?$/i

/**
 * Reads a time as ssh-keygen does: `YYYYMMDD` or `YYYYMMDDHHMM[SS]`, in the time zone of the machine unless `Z`
 * or `UTC` follows.
 * @returns seconds since the epoch; undefined for anything else
 */
export function keyTime(text: string): number | undefined {
  const [whole, year, month, day, hour = 0, minute = 0, second = 0, utc] = FORM.exec(text) ?? []
  if (whole === undefined) return undefined
  const parts = [year, month, day, hour, minute, second].map(Number)
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = parts
  const isReal =
    h < 24 && mi < 60 && s < 60 && new Date(Date.UTC(y, mo - 1, d)).getUTCDate() === d && mo >= 1 && mo <= 12
  if (!isReal) return undefined
  const time =
    utc === undefined ? new Date(y, mo - 1, d, h, mi, s).getTime() : Date.UTC(y, mo - 1, d, h, mi, s)
  return time / 1000
}
