// Parses an Adaptive Card as a host does. Standard input: the card. Standard output: what is wrong with it, and
// how many elements it has.
globalThis.self = globalThis.window = globalThis;
const { AdaptiveCard, SerializationContext, Version } = require("adaptivecards/dist/adaptivecards.js");

const payload = JSON.parse(require("fs").readFileSync(0, "utf8"));
const card = new AdaptiveCard();
const context = new SerializationContext(Version.parse(payload.version, new SerializationContext()));
card.parse(payload, context);
const problems = [];
for (let i = 0; i < context.eventCount; i++) problems.push(context.getEventAt(i).message);
for (const failure of card.validateProperties().validationEvents) problems.push(failure.message);
process.stdout.write(JSON.stringify({ problems, items: card.getItemCount() }));
