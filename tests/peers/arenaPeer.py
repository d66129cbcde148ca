"""arena-rank, with which lmarena rates: {battles: [{model_a, model_b, winner, FEATURE: difference}], features}.

The answer has Bradley-Terry ratings by name, the ends of its intervals, and ratings and coefficients with the features held
equal, without a penalty.
"""
import json
import sys

import pandas as pd
from arena_rank.models.bradley_terry import BradleyTerry
from arena_rank.models.contextual_bradley_terry import ContextualBradleyTerry
from arena_rank.utils.data_utils import ContextualPairDataset, PairDataset

question = json.load(sys.stdin)
battles, features = pd.DataFrame(question["battles"]), question["features"]
exact = {"ftol": 1e-16, "gtol": 1e-12, "max_iter": 10000}

pairs = PairDataset.from_pandas(battles)
plain = BradleyTerry(n_competitors=len(pairs.competitors), **exact).compute_ratings_and_cis(pairs)
rows = ContextualPairDataset.from_pandas(battles, feature_cols=features, reweighted=False)
styled = ContextualBradleyTerry(n_competitors=len(rows.competitors), n_features=len(features), reg=0.0, **exact)
styled.fit(rows)
answer = {
    "names": pairs.competitors,
    "ratings": plain["ratings"].tolist(),
    "low": plain["rating_lower"].tolist(),
    "high": plain["rating_upper"].tolist(),
    "controlled": (1000 + styled.alpha * styled.params["ratings"]).tolist(),
    "coefficients": styled.params["coeffs"].tolist(),
}
json.dump(answer, sys.stdout)
