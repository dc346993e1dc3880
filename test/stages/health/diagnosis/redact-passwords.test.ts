import test from 'ava'
import { redactPasswords } from '../../../../src/stages/health/diagnosis/redact-passwords.ts'

for (const [text, shown] of [
  ['dial postgres://mm:s3cr3t@db:5432/mm?sslmode=off', 'dial postgres://mm:…@db:5432/mm?sslmode=off'],
  ['ping mm:s3/cr:et@tcp(db:3306)/mm failed', 'ping mm:…@tcp(db:3306)/mm failed'],
  ['user=mm password=s3cr3t host=db', 'user=mm password=… host=db'],
  ['GET https://files/a?Access_Key=abc&b=1', 'GET https://files/a?Access_Key=…&b=1'],
  ['lookup https://db.example.com:5432/a@b', 'lookup https://db.example.com:5432/a@b'],
  ['migration 000123 failed: no such table', 'migration 000123 failed: no such table'],
] as const)
  test(`of "${text}" no password is shown`, (t) => {
    t.is(redactPasswords(text), shown)
  })
