module.exports = { core: () => ({}) };
