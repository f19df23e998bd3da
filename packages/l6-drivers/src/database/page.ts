/** Where a list goes on: the last row of the page before. Lists go from the newest to the oldest, by id within one instant. */
export interface After {
  readonly createdAt: Date;
  readonly id: string;
}
