"""Sound cycles read clean and exactly; one change of any of them is read exactly or named at its place."""

import pandas as pd
import pytest
from mutations import Mutation, agree, run
from sound_cycles import sound_cycle, write

from review_kit.intake import read_cycle
from review_kit.params import find_checkpoint


@pytest.mark.parametrize("tens", range(20))
def test_sound_cycles_read_clean_bit_for_bit(tmp_path, tens):
    for seed in range(tens * 10, tens * 10 + 10):
        sound = sound_cycle(seed)
        root = write(sound, tmp_path / str(seed))
        intake = read_cycle(*find_checkpoint(sound.cycle, root / "params"), root)
        assert [str(fault) for fault in intake.faults] == []
        assert (intake.reconciliation["read"] == intake.reconciliation["used"]).all()
        assert isinstance(intake.tables["measures"], pd.DataFrame)
        agree(intake, sound, Mutation("actuals", "cell", 1, 0, ""), sound.grid("actuals"))


def test_one_change_is_read_as_the_oracle_reads_it_or_named_at_its_place():
    run(200)


def test_the_oracle_sees_one_digit(tmp_path):
    sound = sound_cycle(1)
    root = write(sound, tmp_path / "workspace")
    intake = read_cycle(*find_checkpoint(sound.cycle, root / "params"), root)
    grid = sound.grid("kpis")
    at = grid[0].index("baseline")
    grid[1][at] += "1"
    with pytest.raises(AssertionError):
        agree(intake, sound, Mutation("kpis", "cell", 1, at, grid[1][at]), grid)
