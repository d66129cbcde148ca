/** What one chapter leaves and another needs, made on demand and kept. */

export {
  type ArtifactOptions,
  type ArtifactProgress,
  type ArtifactRecipe,
  artifact,
  artifactFolder,
  keepArtifact,
} from './artifact.js';
export { chatModel } from './chatModel.js';
export { workbookHome } from './home.js';
export {
  type DownloadedModel,
  type DownloadModelOptions,
  downloadedModels,
  downloadModel,
  type ListedModel,
} from './models.js';
export { type BaseModel, baseModel, keepBaseModel, tokenizerFor } from './pretrained.js';
export { type SmallWorldModel, smallWorldModel } from './smallWorldModel.js';
