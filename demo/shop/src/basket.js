/** Prices are in cents. */
export function total(basket) {
  return basket.reduce((sum, { price, count }) => sum + price * count, 0);
}
