import { flag, optional, type Setting, secret, setting, text, timeOfDay, url, whole } from "./setting.ts"

const folderOrBucket = (value: string) => {
  if (/^[a-z0-9]+:\/\//i.test(value) && !/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w./-]*)?$/.test(value)) {
    throw new Error("must be a folder, or s3://BUCKET/PREFIX")
  }
  return value.replace(/(.)\/+$/, "$1")
}

/** Nightly backups: where to, when and how many. */
export const backupSettings = {
  backupTo: optional(
    "BACKUP_TO",
    "Where a backup goes every night: a folder, best of another disk, or s3://BUCKET/PREFIX",
    folderOrBucket,
  ),
  backupAt: setting("BACKUP_AT", "05:00", "When, by the clock of TIMEZONE", timeOfDay),
  backupKeep: setting("BACKUP_KEEP", "7", "Backups that are kept there, the newest", whole(1, 10_000)),
  backupRecordings: setting("BACKUP_RECORDINGS", "0", "1 backs recordings up too", flag),
  backupS3Endpoint: optional("BACKUP_S3_ENDPOINT", "S3's address, where it is not Amazon's", url("http", "https")),
  backupS3Region: optional("BACKUP_S3_REGION", "The bucket's region", text),
  backupS3KeyId: optional("BACKUP_S3_KEY_ID", "The access key's id (s3)", text),
  backupS3Secret: secret("BACKUP_S3_SECRET", "The access key's secret (s3)", text),
} satisfies Record<string, Setting<unknown>>
