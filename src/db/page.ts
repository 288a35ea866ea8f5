/** The rows of one page. */
export const pageSize = 20

/** Which rows of a list: so many pages from the start, or those after the row `before`, which stays fast at any depth. */
export interface Page {
  index: number
  before?: number | undefined
}

/** The page as a query that goes by falling id wants it. */
export const pageBounds = ({ index, before }: Page) => ({
  before: before ?? Number.MAX_SAFE_INTEGER,
  limit: pageSize,
  offset: before === undefined ? index * pageSize : 0,
})
