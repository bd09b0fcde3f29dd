"""What Resource Manager does not show of the sample: objects inside search services, settings of web apps.

Wrong on purpose: the indexer of ``hr-chat`` does not run privately, although its model is behind a link.
Nobody sees it while that service takes keys alone. Keys stand here as services give them back: not at all.
"""

from __future__ import annotations

from typing import Any, Final

from auditor.sandbox.sample.company import ArmObject, name_of
from auditor.sandbox.sample.on_your_data import (
    CLAIMS_APP,
    CLAIMS_OPENAI,
    CLAIMS_SEARCH,
    CLAIMS_STORAGE,
    HR_APP,
    HR_OPENAI,
    HR_SEARCH,
    HR_STORAGE,
)

GROUPS_FIELD: Final = "group_ids"


def search_objects() -> dict[str, dict[str, list[ArmObject]]]:
    return {
        CLAIMS_SEARCH: _objects("claims", CLAIMS_OPENAI, CLAIMS_STORAGE, "private"),
        HR_SEARCH: _objects("hr", HR_OPENAI, HR_STORAGE, "standard"),
    }


def app_settings() -> dict[str, dict[str, str]]:
    claims = _settings("claims", CLAIMS_OPENAI, CLAIMS_SEARCH)
    hr = _settings("hr", HR_OPENAI, HR_SEARCH)
    vault = "https://kv-norrland-hr.vault.azure.net/secrets/openai-endpoint"
    return {
        CLAIMS_APP: {**claims, "AZURE_SEARCH_PERMITTED_GROUPS_COLUMN": GROUPS_FIELD},
        HR_APP: {**hr, "AZURE_OPENAI_ENDPOINT": f"@Microsoft.KeyVault(SecretUri={vault})"},
    }


def _objects(name: str, openai: str, storage: str, environment: str) -> dict[str, list[ArmObject]]:
    model = f"https://{name_of(openai)}.openai.azure.com"
    return {
        "indexes": [_index(name, model)],
        "datasources": [_data_source(name, storage)],
        "skillsets": [_skillset(name, model)],
        "indexers": [_indexer(name, environment)],
    }


def _index(name: str, model: str) -> ArmObject:
    return {
        "name": name,
        "fields": [
            _field("chunk_id", "Edm.String", key=True),
            _field("content", "Edm.String", searchable=True),
            _field(GROUPS_FIELD, "Collection(Edm.String)", filterable=True),
        ],
        "vectorSearch": {
            "algorithms": [{"name": "hnsw", "kind": "hnsw"}],
            "vectorizers": [
                {
                    "name": f"{name}-vectorizer",
                    "kind": "azureOpenAI",
                    "azureOpenAIParameters": {
                        "resourceUri": model,
                        "deploymentId": "text-embedding-3-large",
                        "apiKey": None,
                        "modelName": "text-embedding-3-large",
                    },
                }
            ],
        },
    }


def _field(name: str, kind: str, **attributes: Any) -> ArmObject:
    stated = dict.fromkeys(("key", "searchable", "filterable", "sortable", "facetable"), False)
    return {"name": name, "type": kind, "retrievable": True, **stated, **attributes}


def _data_source(name: str, storage: str) -> ArmObject:
    return {
        "name": f"{name}-blobs",
        "type": "azureblob",
        "credentials": {"connectionString": f"ResourceId={storage};"},
        "container": {"name": f"{name}-documents", "query": None},
    }


def _skillset(name: str, model: str) -> ArmObject:
    split = {"@odata.type": "#Microsoft.Skills.Text.SplitSkill", "context": "/document"}
    embedding = {
        "@odata.type": "#Microsoft.Skills.Text.AzureOpenAIEmbeddingSkill",
        "context": "/document/pages/*",
        "resourceUri": model,
        "apiKey": None,
        "deploymentId": "text-embedding-3-large",
    }
    return {"name": f"{name}-skills", "skills": [split, embedding]}


def _indexer(name: str, environment: str) -> ArmObject:
    return {
        "name": f"{name}-indexer",
        "dataSourceName": f"{name}-blobs",
        "skillsetName": f"{name}-skills",
        "targetIndexName": name,
        "disabled": False,
        "parameters": {"configuration": {"executionEnvironment": environment}},
    }


def _settings(name: str, openai: str, search: str) -> dict[str, str]:
    return {
        "AZURE_OPENAI_RESOURCE": name_of(openai),
        "AZURE_OPENAI_MODEL": "gpt-4o",
        "AZURE_SEARCH_SERVICE": name_of(search),
        "AZURE_SEARCH_INDEX": name,
        "SCM_DO_BUILD_DURING_DEPLOYMENT": "true",
    }
