/** A rollout that is refused, as YAML in flow style on one line. */
export interface RefusedRollout {
  readonly rollout: string
  /** What is wrong, as it follows `spec.rollout`. */
  readonly problems: readonly string[]
  /** The API server cannot know. */
  readonly isServerFooled?: true
}

const refused = (rollout: string, ...problems: readonly string[]): RefusedRollout => ({ rollout, problems })
const fooled = (rollout: string, ...problems: readonly string[]): RefusedRollout => ({
  ...refused(rollout, ...problems),
  isServerFooled: true,
})

const ONE = 'is not a number of at least 1, or a percentage from 1% to 100%'
const AMOUNT = 'is not a number, or a percentage up to 100%'
const NUMBER = 'is a number; expected text: quote it (unquoted, 10.10 is read as 10.1)'
const DURATION = 'is not a duration such as 30s'

const scheduled = (schedule: string) => `{windows: [{schedule: "${schedule}", duration: 1h}]}`
const CRON = '.windows[0].schedule is not a cron expression of five fields'
const NEVER = '.windows[0].schedule never comes: no year has such a day'

const zoned = (zone: string) =>
  `{windows: [{schedule: "0 2 * * *", duration: 1h, timeZone: ${JSON.stringify(zone)}}]}`
const ZONE = '.windows[0].timeZone is not the IANA name of a time zone such as Europe/Berlin'

const verified = (...checks: readonly string[]) =>
  `{verify: [${checks.map((check) => `{name: a, ${check}}`).join(', ')}]}`
const measured = (rest: string) => verified(`prometheus: {address: "http://p:9090", query: up, ${rest}}`)
const ONE_OF = '.verify[0]: give one of cel, prometheus, http and job'
const OF_JOB = '.verify[0]: a Job runs once: every, for and failures are not for it'

const frozen = (until: string) => `{freeze: {until: ${until}, reason: audit}}`
const UNTIL = '.freeze.until is not a date and time with its offset, such as 2026-12-27T06:00:00Z'

export const REFUSED_ROLLOUTS: readonly RefusedRollout[] = [
  refused('text', ' is not a mapping'),
  refused('[]', ' is not a mapping'),

  refused('{maxUnavailable: 0}', `.maxUnavailable ${ONE}`),
  refused('{maxUnavailable: -1}', `.maxUnavailable ${ONE}`),
  refused('{maxUnavailable: 0%}', `.maxUnavailable ${ONE}`),
  refused('{maxUnavailable: 00%}', `.maxUnavailable ${ONE}`),
  refused('{maxUnavailable: 101%}', `.maxUnavailable ${ONE}`),
  refused('{maxUnavailable: -5%}', `.maxUnavailable ${ONE}`),
  refused('{maxUnavailable: 2.5%}', `.maxUnavailable ${ONE}`),
  refused('{maxUnavailable: "10"}', `.maxUnavailable ${ONE}`),
  refused('{maxUnavailable: "10 %"}', `.maxUnavailable ${ONE}`),
  refused('{maxUnavailable: 1.5}', `.maxUnavailable ${ONE}`),
  refused('{maxUnavailable: 1000001}', `.maxUnavailable ${ONE}`),
  refused('{maxUnavailable: 99999999999999999999}', `.maxUnavailable ${ONE}`),
  refused('{maxUnavailable: true}', `.maxUnavailable ${ONE}`),
  refused('{maxUnavailable: [1]}', `.maxUnavailable ${ONE}`),
  refused('{tolerate: -1}', `.tolerate ${AMOUNT}`),
  refused('{tolerate: 101%}', `.tolerate ${AMOUNT}`),
  refused('{tolerate: 1000%}', `.tolerate ${AMOUNT}`),
  refused('{tolerate: ""}', `.tolerate ${AMOUNT}`),
  refused('{failureBudget: -1}', `.failureBudget ${AMOUNT}`),
  refused('{failureBudget: 0.5}', `.failureBudget ${AMOUNT}`),
  refused('{failureBudget: many}', `.failureBudget ${AMOUNT}`),

  refused('{order: "a b"}', '.order is not the name of a label'),
  refused('{order: a/b/c}', '.order is not the name of a label'),
  refused('{order: Example.com/tier}', '.order is not the name of a label'),
  refused('{order: -tier}', '.order is not the name of a label'),
  refused('{order: 1}', `.order ${NUMBER}`),
  refused('{paused: "yes"}', '.paused is not a boolean'),
  refused('{onFailure: rolback}', '.onFailure is not halt, rollback or continue'),
  refused('{onFailure: Halt}', '.onFailure is not halt, rollback or continue'),
  refused('{onFailure: "halt "}', '.onFailure is not halt, rollback or continue'),
  refused('{approve: yes}', '.approve is not a string'),
  refused('{approve: by-hand}', '.approve is not manual or automatic'),
  refused('{rollback: {all: 1}}', '.rollback.all is not a boolean'),
  refused('{rollback: all}', '.rollback is not a mapping'),
  refused('{skip: acme}', '.skip is not a list'),
  refused('{skip: [7]}', `.skip[0] ${NUMBER}`),

  refused('{pauseBetween: 30}', `.pauseBetween ${NUMBER}`),
  refused('{pauseBetween: -30s}', `.pauseBetween ${DURATION}`),
  refused('{pauseBetween: 30 s}', `.pauseBetween ${DURATION}`),
  refused('{minReady: 1w}', `.minReady ${DURATION}`),
  refused('{minReady: ""}', `.minReady ${DURATION}`),
  refused('{timeout: 0s}', '.timeout is not a duration such as 10m'),
  refused('{timeout: 0h0.00m}', '.timeout is not a duration such as 10m'),
  fooled('{timeout: 0.0001ms}', '.timeout is shorter than 1ms'),
  fooled('{timeout: 365d1ms}', '.timeout is longer than 365d'),
  fooled('{pauseBetween: 366d}', '.pauseBetween is longer than 365d'),
  fooled('{minReady: 9999999999999999999999999999999d}', '.minReady is longer than 365d'),

  refused('{after: canary}', '.after is not a list'),
  refused('{after: [canary]}', '.after[0] is not a mapping'),
  refused('{after: [{group: canary, soak: 1h30}]}', '.after[0].soak is not a duration such as 24h'),
  refused('{after: [{group: canary}, {group: early}, {group: canary}]}', '.after: a group is named twice'),
  fooled('{after: [{group: canary}, {group: production}]}', '.after[1].group names this group itself'),
  fooled('{after: [{group: canary, soak: 8761h}]}', '.after[0].soak is longer than 365d'),

  refused(scheduled('0 0 2 * * *'), CRON),
  refused(scheduled('2 * * *'), CRON),
  refused(scheduled('@daily'), CRON),
  refused(scheduled('2026-12-24T00:00:00Z'), CRON),
  refused(scheduled(' 0 2 * * *'), CRON),
  refused(scheduled(''), CRON),
  fooled(scheduled('60 2 * * *'), CRON),
  fooled(scheduled('0 2 * * 8'), CRON),
  fooled(scheduled('0 22-2 * * *'), CRON),
  fooled(scheduled('*/0 2 * * *'), CRON),
  fooled(scheduled('two at night, every day'), CRON),
  fooled(scheduled('0 2 30 2 *'), NEVER),
  fooled(scheduled('0 2 31 4,6,9,11 *'), NEVER),
  fooled(zoned('Europe/Nowhere'), '.windows[0].timeZone is not an IANA time zone: "Europe/Nowhere"'),
  fooled(zoned('Local'), '.windows[0].timeZone is not an IANA time zone: "Local"'),
  refused(zoned('+01:00'), ZONE),
  refused(zoned('__proto__'), ZONE),
  refused(zoned(''), ZONE),
  refused(
    '{windows: [{schedule: "0 2 * * *", duration: 0s}]}',
    '.windows[0].duration is not a duration such as 4h',
  ),
  fooled('{windows: [{schedule: "0 2 * * *", duration: 400d}]}', '.windows[0].duration is longer than 365d'),
  refused(
    '{windows: [{schedule: "0 2 * * *", duration: 1h, kind: open}]}',
    '.windows[0].kind is not allow or deny',
  ),

  refused(frozen('2026-12-27T06:00:00'), UNTIL),
  refused(frozen('2026-12-27'), UNTIL),
  refused(frozen('2026-12-27T06:00Z'), UNTIL),
  refused(frozen('2026-13-27T06:00:00Z'), UNTIL),
  refused(frozen('2026-12-27T24:00:00Z'), UNTIL),
  refused(frozen('2026-12-27 06:00:00Z'), UNTIL),
  refused(frozen('2026-02-30T06:00:00Z'), UNTIL),
  refused(frozen('2026-04-31T06:00:00+02:00'), UNTIL),
  refused(frozen('tomorrow'), UNTIL),
  refused('{freeze: true}', '.freeze is not a mapping'),

  refused('{verify: [{name: a}]}', ONE_OF),
  refused(verified('cel: "true", http: {url: "http://x"}'), ONE_OF),
  refused(verified('job: {namespace: a, spec: {}}, every: 10s'), OF_JOB),
  refused(verified('job: {namespace: a, spec: {}}, failures: 1'), OF_JOB),
  refused(measured(''), '.verify[0].prometheus: give min, max or both'),
  refused(measured('min: "1"'), '.verify[0].prometheus.min is not a number'),
  refused(verified('cel: "true", failures: 0'), '.verify[0].failures: 0 is less than 1'),
  refused(verified('cel: "true", failures: 1.5'), '.verify[0].failures is not a whole number'),
  refused(
    verified('http: {url: "http://x", status: 600}'),
    '.verify[0].http.status: 600 is greater than 599',
  ),
  fooled(measured('min: 2, max: 1'), '.verify[0].prometheus.min is more than max'),
  fooled(verified('cel: "true", every: 9s'), '.verify[0].every is shorter than 10s'),
  fooled(verified('cel: "true"', 'cel: "true"'), '.verify[1].name is the name of another check'),
  fooled(verified('http: {url: "http://user:password@x"}'), '.verify[0].http.url has credentials'),
]

/** Rollouts that are valid, as YAML in flow style on one line. */
export const ACCEPTED_ROLLOUTS: readonly string[] = [
  '{}',
  '{maxUnavailable: 1, tolerate: 0, failureBudget: 0}',
  '{maxUnavailable: 100%, tolerate: 0%, failureBudget: 100%}',
  '{maxUnavailable: 1000000, tolerate: "5%"}',
  '{order: tier, pauseBetween: 0s, minReady: 1h30m, timeout: 365d, paused: false}',
  '{order: example.com/tier.of_all, timeout: 1ms, minReady: 0.5s}',
  '{after: [{group: canary, soak: 24h}, {group: early}]}',
  '{windows: [{schedule: "0 22 * * MON-FRI", duration: 6h}, {kind: deny, schedule: "*/5 8-10 24,31 12 *", duration: 24h, timeZone: America/Argentina/Buenos_Aires}]}',
  '{windows: [{kind: allow, schedule: "0 0 29 2 *", duration: 1m, timeZone: Etc/GMT+5}]}',
  '{freeze: {until: 2026-12-27T06:00:00Z, reason: end of the year}}',
  '{freeze: {until: "2028-02-29T23:59:59.5+05:30", reason: audit}}',
  '{onFailure: rollback, rollback: {all: true}, approve: manual, skip: [acme, eu/globex]}',
  '{verify: []}',
  measured('min: -0.5, max: 1e3'),
  verified(
    'cel: "counts.healthy == counts.all", after: 0s, every: 10s, for: 1h, failures: 100, onNoData: pass',
  ),
  verified('http: {url: "https://x/y?z", status: 204, matches: "^ok$"}'),
  verified('job: {namespace: tests, serviceAccountName: ops/tester, spec: {template: {}}}, onNoData: fail'),
  '{onFailure: continue, rollback: {}, approve: automatic, after: [], windows: [], skip: []}',
]
