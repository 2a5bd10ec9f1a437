// Is this Node new enough for the contract's tools? They need 20.19 and up, or 22.12 and up.
const [major, minor] = process.versions.node.split(".").map(Number);
const fits = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
process.exit(fits ? 0 : 1);
