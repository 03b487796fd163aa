"""Ways to smuggle held-out rows into a fit, each of which must fail."""

import pickle

import numpy as np
import pyarrow.feather
import pytest
import yaml

from alignment.align.population.target import fit_target, fit_targets
from alignment.real.label_limits import Scaling, learn_policy
from alignment.real.split import Exposed, split
from scenes.config.from_mapping import from_mapping
from scenes.labels.policy import LabelSettings
from scenes.measuring.table import MetadataTable
from tests.alignment.align.planted import ATTRIBUTES, GMM, drawn_table
from tests.scenes.configs import CONF

LIMITS = yaml.safe_load((CONF / "labels" / "visible.yaml").read_text())
LABELS = from_mapping(LabelSettings, {**LIMITS, "rule": "learned"}, "labels")


@pytest.fixture
def held_out():
    real = drawn_table(np.random.default_rng(0), (-2, 0.5), np.eye(2), 20, 2)
    return split(np.random.default_rng(0), real, 10)[1]


def through_a_file(table, folder):
    pyarrow.feather.write_feather(table.table, folder / "rows")
    return MetadataTable(table=pyarrow.feather.read_table(folder / "rows"))


@pytest.mark.parametrize("smuggle", [
    lambda table, _: table,
    lambda table, _: table.of_images(table.image_ids[:4]),
    lambda table, _: table.rows(np.arange(5)),
    lambda table, _: table.of_category("chair"),
    lambda table, _: table.with_columns({"center_x": np.zeros(len(table))}),
    lambda table, _: MetadataTable(table=table.table),
    lambda table, _: MetadataTable(table=table.table.slice(3)),
    lambda table, _: pickle.loads(pickle.dumps(table)),
    lambda table, _: MetadataTable(table=pickle.loads(pickle.dumps(table.table))),
    through_a_file,
], ids=["itself", "images", "rows", "category", "columns", "rewrapped", "sliced", "pickled",
        "pickled rows", "a file"])  # fmt: skip
def test_no_part_or_copy_of_held_out_rows_can_be_exposed(held_out, smuggle, tmp_path):
    smuggled = smuggle(held_out.for_judging(), tmp_path)
    assert len(smuggled)
    with pytest.raises(TypeError, match="held-out rows only judge"):
        Exposed(table=smuggled)


def test_held_out_rows_are_not_written_where_they_would_lose_their_name(held_out, tmp_path):
    with pytest.raises(TypeError, match="only judge"):
        held_out.for_judging().write(tmp_path / "rows.parquet")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("fit", [
    lambda given: fit_target(np.random.default_rng(0), given, ATTRIBUTES, GMM),
    lambda given: fit_targets(np.random.default_rng(0), given, ATTRIBUTES, GMM),
    lambda given: learn_policy(given, Scaling(photo_px={}, long_side_px=320), LABELS),
], ids=["target", "targets", "labels"])  # fmt: skip
def test_every_fit_refuses_what_judges_it(held_out, fit):
    for leak in (held_out, held_out.for_judging(), pickle.loads(pickle.dumps(held_out))):
        with pytest.raises(TypeError, match="takes Exposed and no other"):
            fit(leak)
