import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given
from hypothesis import strategies as st
from omegaconf import OmegaConf

from alignment.command.words import quoted
from tests.alignment.commanded import error_line, run


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("imagez=2", "Could not override 'imagez'"),
        ("images=many", "images: found 'many'; expected int"),
        ("images=0", "images is 0; expected 1 or more"),
        ("seed=-1", "seed is -1; expected 0 to 4294967295"),
        ("seed=1,2", "Ambiguous value for argument 'seed=1,2'"),
        ("grid=fine", "Could not find 'grid/fine' Available options in 'grid': coarse"),
        ("workers=-1", "workers is -1; expected 0 or more"),
        ("~target", "target: missing; give it in conf/ or as target=VALUE"),
        ("images=${nothing}", "Interpolation key 'nothing' not found"),
        ("images", "Error parsing override 'images'"),
        ("+scene.camera.zoom=3", "scene.camera.zoom: no such setting"),
        (
            "+grid.axes={camera.zoom:[1]}",
            "grid.axes.camera.zoom: conf/strategy has no such setting",
        ),
        ("target.attributes=[colour]", "attributes: 'colour' is not one of bbox_area"),
        ("target.attributes=[aspect,aspect]", "names aspect 2 times; expected once"),
        ("target.covariance_floor=0", "covariance_floor is 0.0; expected 1e-6 to 1"),
        ("target.attributes=[depth]", "depth of this set is estimated"),
        ("target.attributes=[image_blur]", "image_blur needs pixels"),
        ("target.attributes=[visible_fraction]", "this set has no visible_fraction"),
        ("split.test=1", "test is 1.0; expected a share from 0 up to 1"),
        ("split={validation:0.5,test:0.5}", "leave nothing to fit to"),
        ("split.test=0.01", "split.test: 0.01 of 20 images is less than one"),
        ("match.tau=0", "match: tau is 0.0; expected above 0, or null"),
        ("pairs=[[aspect]]", "pairs (('aspect',),); expected two attributes each"),
        ("probe=render", "expected method=config, whose few configurations can be rendered"),
        ("+space.ranges={camera.height_m:{low:3,high:1}}", "range [3.0, 1.0]; expected finite"),
        ("+space.ranges={lens:{low:1,high:2,log:false,whole:false}}", "space.lens: conf/strategy"),
        ("format=csv", "format: found 'csv'; expected one of coco, voc, yolo"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_exit_code_2(tmp_path, word, told):
    done = run("render=false", "workers=1", word, out=tmp_path / "out")
    assert told in error_line(done)
    assert not (tmp_path / "out").exists()


def test_an_estimated_attribute_can_be_matched_with_leave(tmp_path):
    words = ("render=false", "grid=coarse", "workers=1", "images=2", "report.cross_fits=1")
    done = run(*words, "target.attributes=[depth]", "align_on_estimated=true", out=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "target-depth.json").is_file()


@given(st.text(st.sampled_from("ab \\'\"${}=,#[]:~\N{SNOWMAN}\n"), max_size=9))
def test_a_quoted_path_reaches_the_other_room_as_it_is(text):
    word = OverridesParser.create().parse_override(f"out={quoted(text)}")
    config = OmegaConf.create({"out": word.value()})
    assert OmegaConf.to_container(config, resolve=True) == {"out": text}


@pytest.mark.parametrize("value", [True, 3, 0.25, 1e-9, None])
def test_a_quoted_plain_value_stays_what_it_is(value):
    found = OverridesParser.create().parse_override(f"key={quoted(value)}").value()
    assert found == value
    assert type(found) is type(value)
