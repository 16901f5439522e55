/** Runes everywhere, in our own components and nowhere by accident the older style. */
export default {
  compilerOptions: {
    runes: true,
  },
};
