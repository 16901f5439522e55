/** Words between commas or one to a line. */
export function listed(text: string): string[] {
  return text.split(/[,，\n]/).map((word) => word.trim()).filter((word) => word !== '');
}
