from pathlib import Path

import pytest

from assets.meshes.folder import import_meshes
from assets.meshes.sheet import BadSheet, read_sheet
from tests.assets.meshes.files import chair, export


def sheet(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "meshes.yaml").write_text(text)
    return folder


def test_a_sheet_gives_category_shape_unit_axis_licence_and_source(tmp_path: Path) -> None:
    export(chair(90.0), tmp_path / "a.ply")
    sheet(
        tmp_path,
        "files:\n  '*.ply': stool\n  a.ply: {shape: throne, unit: cm, up: z, "
        "licence: CC0-1.0, source: my scanner}\n",
    )
    (asset,) = import_meshes(tmp_path).assets
    assert (asset.id, asset.category, asset.shape) == ("mesh/chair/a", "chair", "throne")
    assert (asset.licence, asset.source) == ("CC0-1.0", "my scanner")
    assert asset.size_m[2] == pytest.approx(0.9)


def test_a_sheet_tells_the_plausible_height_of_a_category_of_ones_own(tmp_path: Path) -> None:
    export(chair(250.0), tmp_path / "gizmo" / "a.ply")
    sheet(tmp_path, "categories: {gizmo: {height_m: [0.2, 0.3]}}")
    assert import_meshes(tmp_path).assets[0].size_m[2] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("files: !!python/object/apply:os.system ['touch pwned']", "python/object/apply"),
        ("a: &a [x, x]\nfiles: {b: *a}", "alias"),
        ("files: [1, 2]", "files: found list"),
        ("file: {}", "'file' means nothing"),
        ("files: {a.ply: {unit: parsec}}", "expected one of m, cm, mm"),
        ("files: {a.ply: {up: x}}", "expected y or z"),
        ("files: {a.ply: {weigth: 2}}", "'weigth' means nothing"),
        ("categories: {gizmo: {height_m: [3, 1]}}", "expected \\[low, high\\]"),
        ("files: {a.ply: 3}", "found int"),
        ("files: {a.ply: {weight: -1}}", "weight: found -1; expected a number, 0 to"),
        ("files: {a.ply: {weight: .nan}}", "weight: found nan"),
        ("files: {a.ply: {weight: true}}", "weight: found True"),
        ("files: {a: {", "meshes.yaml"),
        ("[" * 5000, "meshes.yaml"),
    ],
)
def test_a_wrong_sheet_is_one_error_that_names_the_place(
    tmp_path: Path, text: str, what: str
) -> None:
    with pytest.raises(BadSheet, match=what):
        read_sheet(sheet(tmp_path, text))
    assert not Path("pwned").exists()


def test_a_file_in_no_subfolder_and_on_no_sheet_is_named(tmp_path: Path) -> None:
    export(chair(), tmp_path / "loose.ply")
    export(chair(), tmp_path / "chair" / "good.ply")
    (remark,) = import_meshes(tmp_path).skipped
    assert (remark.file, "meshes.yaml" in remark.said) == ("loose.ply", True)
