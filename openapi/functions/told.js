// The refusals that a response names are told in components, once, under their types.
export default (types, _, context) => {
  const told = context.documentInventory.resolved.components?.["x-refusals"] ?? {};
  return types
    .filter((type) => !told[type])
    .map((type) => ({ message: `Not told in components: ${type}` }));
};
