"""Networks from local weights, tiny ones made here: a painter as TorchScript, a segmenter."""

import numpy as np
import pytest

from alignment.fragments.masking.segmenter import NoSegmenter, Segmenter
from alignment.fragments.masking.view import View
from alignment.fragments.painting.network import NoPainter
from alignment.fragments.painting.registry import painter_of

SIZE = (30, 21)  # of no whole steps


@pytest.mark.parametrize("name", ["telea", "ns"])
def test_a_painter_fills_a_hole_in_a_slope_and_changes_nothing_else(name):
    slope = np.repeat(np.linspace(40, 200, SIZE[0])[None, :], SIZE[1], axis=0)
    rgb = np.repeat(slope[..., None], 3, axis=2).astype(np.uint8)
    gone = np.zeros(SIZE[::-1], bool)
    gone[8:14, 10:18] = True
    spoilt = np.where(gone[..., None], np.uint8(255), rgb)
    made = painter_of(name, None).paint(spoilt, gone)
    assert (made[~gone] == rgb[~gone]).all()
    assert np.abs(made[gone].astype(int) - rgb[gone]).mean() < 15


def test_pieces_of_a_photo_go_on_its_stripes_where_smearing_greys_them():
    stripes = np.where(np.arange(96) // 6 % 2, 220, 30).astype(np.uint8)
    rgb = np.repeat(np.repeat(stripes[None, :, None], 80, axis=0), 3, axis=2)
    gone = np.zeros((80, 96), bool)
    gone[30:54, 36:66] = True
    spoilt = np.where(gone[..., None], np.uint8(120), rgb)
    off = {}
    for name in ("telea", "shiftmap"):
        made = painter_of(name, None).paint(spoilt, gone)
        assert (made[~gone] == rgb[~gone]).all()
        off[name] = np.abs(made[gone].astype(int) - rgb[gone]).mean()
    assert off["shiftmap"] < 0.3 * off["telea"]


@pytest.mark.parametrize("share", [0.0, 0.9, 1.0])
def test_next_to_nothing_left_or_nothing_gone_is_painted_as_well(share):
    rgb = np.full((60, 60, 3), 90, np.uint8)
    gone = np.zeros((60, 60), bool)
    gone[: int(share * 60)] = True
    assert painter_of("shiftmap", None).paint(rgb, gone).shape == rgb.shape


def test_a_scripted_network_paints_what_is_gone_alone(tmp_path):
    torch = pytest.importorskip("torch")

    class Red(torch.nn.Module):
        def forward(self, picture: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            assert picture.shape[2] % 8 == 0
            assert picture.shape[3] % 8 == 0
            red = torch.zeros_like(picture)
            red[:, 0] = 1.0
            return picture * (1 - mask) + red * mask

    torch.jit.script(Red()).save(str(tmp_path / "red.pt"))
    rgb = np.random.default_rng(0).integers(0, 255, (*SIZE[::-1], 3), dtype=np.uint8)
    gone = np.zeros(SIZE[::-1], bool)
    gone[5:9, 20:30] = True
    made = painter_of("network", tmp_path / "red.pt").paint(rgb, gone)
    assert (made[gone] == [255, 0, 0]).all()
    assert (made[~gone] == rgb[~gone]).all()


def test_a_painting_network_without_weights_says_what_to_give(tmp_path):
    with pytest.raises(NoPainter, match=r"backgrounds\.painter=telea"):
        painter_of("network", None)
    (tmp_path / "a.pt").write_bytes(b"nothing")
    pytest.importorskip("torch")
    with pytest.raises(NoPainter, match="expected a TorchScript file"):
        painter_of("network", tmp_path / "a.pt")


def test_a_segmenter_of_local_weights_keeps_to_the_box(tmp_path):
    torch = pytest.importorskip("torch")
    library = pytest.importorskip("transformers")
    torch.manual_seed(0)
    config = library.SamConfig(
        vision_config={
            "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 64,
            "patch_size": 16, "output_channels": 16, "global_attn_indexes": [0], "window_size": 4,
            "mlp_dim": 16, "num_pos_feats": 8,
        },
        prompt_encoder_config={
            "hidden_size": 16, "image_size": 64, "patch_size": 16, "mask_input_channels": 4,
        },
        mask_decoder_config={
            "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "mlp_dim": 16,
            "iou_head_hidden_dim": 16,
        },
    )  # fmt: skip
    library.SamModel(config).save_pretrained(tmp_path)
    library.SamImageProcessor(
        size={"longest_edge": 64}, pad_size={"height": 64, "width": 64}
    ).save_pretrained(tmp_path)
    rgb = np.random.default_rng(0).integers(0, 255, (40, 60, 3), dtype=np.uint8)
    view = View(rgb=rgb, box=(10, 5, 50, 35), others=np.zeros((40, 60), bool))
    made = Segmenter(tmp_path)
    found = made.mask(view)
    assert found is not None
    assert not (found & ~view.inside).any()
    assert np.array_equal(found, Segmenter(tmp_path).mask(view))
    assert made.identity.startswith("segmenter-1-")


def test_a_folder_that_holds_no_segmenter_is_told(tmp_path):
    pytest.importorskip("transformers")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(NoSegmenter, match="expected the weights of SamModel"):
        Segmenter(tmp_path)
